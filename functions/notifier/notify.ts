/**
 * From an event to its mail. Only what moved something is told: the event itself does not say whether it did, so the
 * history of what it is about is asked, and while that has not judged it, the source has to ask again.
 */

import { mapAtATime } from '../_adapters/turns.ts'
import type { MailId, Outbox } from '../_adapters/valkey/outbox.ts'
import type { Domain } from '../_core/domain.ts'
import type { Event } from '../_core/event.ts'
import type { Registry } from '../_core/registry.ts'
import { handsOf } from './hands.ts'
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
  const inHand = handsOf(ports.atATime)
  const post = async (mail: MailId, isScheduled: boolean): Promise<Posted> => {
    const domain = registry.all.find(({ name }) => name === mail.domain)
    return office.post(mail, domain && (await noticeOf(domain, mail)), isScheduled)
  }
  return {
    notify: async (events) => {
      const mails = await Promise.all(events.map(mailFor))
      // All are looked at before the first is sent: a delivery that comes again would only find them sent.
      if (mails.includes('unjudged')) return mails.map(() => ({ is: 'unjudged' }))
      const untilMs = clock() + ports.turnMs
      return mapAtATime(mails, ports.atATime, async (mail) => {
        if (typeof mail === 'string') return { is: mail }
        return inHand(() => (clock() < untilMs ? post(mail, false) : office.queue(mail)))
      })
    },
    sweep: async () => {
      const { mails } = await outbox.due(clock())
      const posted = await mapAtATime(mails, ports.atATime, (mail) => inHand(() => post(mail, true)))
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
