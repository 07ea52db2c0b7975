/**
 * From an event to its mail. Only what moved something is told: the event itself does not say whether it did, so the
 * history of what it is about is asked, and while that has not judged it, the source has to ask again.
 */
import pLimit from 'p-limit'
import type { MailId, Outbox } from '../_adapters/valkey/outbox.ts'
import type { Domain } from '../_core/domain.ts'
import type { Event } from '../_core/event.ts'
import type { Registry } from '../_core/registry.ts'
import type { Addressed } from './message.ts'
import type { Posted, PostOffice } from './post-office.ts'

/** What is known of the lives of things; see `_adapters/valkey/lives.ts`. */
export interface Lives {
  /** How an event was judged, and the state after; undefined: not yet. */
  judgementOf(event: Event): Promise<{ readonly caso: string; readonly a: string } | undefined>
  life(domain: Domain, id: string): Promise<Told | undefined>
}

interface Told {
  readonly data: Readonly<Record<string, string>>
  readonly history: readonly HistoryEntry[]
}

export interface HistoryEntry {
  readonly caso: string
  readonly a: string
  readonly time: string
}

export type Notified = Posted | { readonly is: 'nothing' | 'unjudged' }

export interface Notifier {
  /** @returns one answer for each event, in order */
  notify(events: readonly Event[]): Promise<readonly Notified[]>
  /** Sends what was put off and is due. @returns when the next one is */
  sweep(): Promise<number | undefined>
}

export interface NotifierPorts {
  readonly registry: Registry
  readonly lives: Lives
  readonly outbox: Outbox
  readonly office: PostOffice
  readonly clock: () => number
  /** Of a state, in the language of the mails. */
  readonly nameOf: (domain: Domain, state: string) => string
  /** Mails that are sent at a time, of all deliveries together. */
  readonly atATime: number
  /** How long the mails of a delivery wait for their turns; then they are the schedule's, and the delivery is over. */
  readonly turnMs: number
}

const MOVED = ['movio', 'salto']
/** Before mails that are in other hands are looked at again, in milliseconds. */
const OTHERS_MS = 1_000

export function notifier(ports: NotifierPorts): Notifier {
  const { registry, lives, outbox, office, clock } = ports
  const noticeOf = async (domain: Domain, { id, state }: MailId) => {
    const life = await lives.life(domain, id)
    const entry = life?.history.find(({ caso, a }) => MOVED.includes(caso) && a === state)
    const { to = '', about = '' } = domain.mail ?? {}
    if (life === undefined || entry === undefined) return undefined
    return {
      id,
      stateId: state,
      state: ports.nameOf(domain, state),
      about: life.data[about] ?? '',
      to: life.data[to] ?? '',
      time: new Date(entry.time),
    } satisfies Omit<Addressed, 'optOutUrl'>
  }
  const mailFor = async (event: Event): Promise<MailId | 'nothing' | 'unjudged'> => {
    const { domain, value } = event
    const told = domainToTell(registry, domain)
    if (told === undefined) return 'nothing'
    const judged = await lives.judgementOf(event)
    if (judged === undefined) return 'unjudged'
    if (!MOVED.includes(judged.caso)) return 'nothing'
    return { domain: told.name, id: String(value[domain.key]), state: judged.a }
  }
  // Of all deliveries together, who comes first is first. What waits here has no lease that could end meanwhile.
  const inHand = pLimit(ports.atATime)
  // Of one delivery as many as can be in hand, so that the next one need not wait for all of them.
  const each = <Of, To>(all: readonly Of[], work: (one: Of) => Promise<To>): Promise<To[]> =>
    pLimit(ports.atATime).map(all, work)
  const readNotice = async (mail: MailId) => {
    const domain = registry.all.find(({ name }) => name === mail.domain)
    return domain && noticeOf(domain, mail)
  }
  const post = async (mail: MailId): Promise<Posted> => office.post(mail, await readNotice(mail), true)
  const postUntil = async (mail: MailId, untilMs: number): Promise<Posted> => {
    const notice = await readNotice(mail)
    return clock() < untilMs ? office.post(mail, notice, false) : office.queue(mail, notice)
  }
  return {
    notify: async (events) => {
      const mails = await Promise.all(events.map(mailFor))
      const untilMs = clock() + ports.turnMs
      // One that is never judged keeps back no mail of the others in its record.
      return each(mails, async (mail) =>
        typeof mail === 'string' ? { is: mail } : inHand(() => postUntil(mail, untilMs)),
      )
    },
    sweep: async () => {
      const { mails } = await outbox.due(clock())
      const posted = await each(mails, (mail) => inHand(() => post(mail)))
      // Some of them were put off again, or have come due meanwhile.
      const { mails: more, nextMs } = await outbox.due(clock())
      if (more.length === 0) return nextMs
      return posted.length > 0 && posted.every(({ is }) => is === 'taken') ? clock() + OTHERS_MS : clock()
    },
  }
}

/** The domain that says whom to tell of a thing's life: of those on its topic, the one with a mail. */
const domainToTell = (registry: Registry, { topic }: Domain): Domain | undefined =>
  registry.all.find((domain) => domain.topic === topic && domain.mail !== undefined)
