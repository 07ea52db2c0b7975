/**
 * Sends one mail of one state of one order, or puts it off, or gives it up. A server that is away is not asked by every
 * mail: for a while they are put off at once, so that it holds nothing up (silences.ts).
 */
import { HOUR_S, type MailId, type Outbox, type Postponed } from '../_adapters/valkey/outbox.ts'
import type { Metrics } from '../_core/metrics.ts'
import type { Clock, Logger } from '../_core/ports.ts'
import { masked, maskedIn } from './mask.ts'
import type { Addressed, Mail } from './message.ts'
import { silences } from './silences.ts'
import type { Mailer } from './smtp.ts'

export interface PostOfficePorts {
  readonly outbox: Outbox
  readonly mailer: Mailer
  readonly mailOf: (notice: Addressed) => Mail
  readonly optOutUrlOf: (address: string) => string | undefined
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  /** Seconds to wait after the first attempt, the second, …; the last is for all further ones. */
  readonly waitsSeconds: readonly number[]
  /** Mails to one address in an hour; more wait for the next one. */
  readonly perAddressHour: number
}

export type Posted =
  | { readonly is: 'done' | 'taken' | 'later' }
  | { readonly is: 'dead'; readonly reason: string }

type Told = Omit<Addressed, 'optOutUrl'>

interface Begun {
  readonly before: Postponed | undefined
  readonly notice: Told
}

export interface PostOffice {
  /**
   * @param notice undefined when nobody knows any more what the mail should say
   * @param isScheduled its time has come; otherwise one that is put off stays so
   */
  post(mail: MailId, notice: Told | undefined, isScheduled: boolean): Promise<Posted>
  /** Leaves to the schedule one that is to be sent, and is not yet. */
  queue(mail: MailId, notice: Told | undefined): Promise<Posted>
}

/** As the metric names what becomes of mails; all are there from the start, since what has not happened yet is 0. */
const RESULTS = ['sent', 'later', 'queued', 'limited', 'dead', 'optedOut', 'noAddress', 'expired'] as const
type Result = (typeof RESULTS)[number]

/** RFC 5321, section 4.5.4.1: a sender gives up after four to five days. */
const GIVE_UP_MS = 5 * 24 * HOUR_S * 1_000
/** So long a server that failed is not asked again; no longer than the first wait. */
const AWAY_MS = 10_000
const NO_ANSWER = 'the mail server did not answer just now'

/** Writes down, counts and logs what becomes of a mail. */
function settling({ outbox, clock, log, metrics, waitsSeconds }: PostOfficePorts) {
  const counters = new Map(RESULTS.map((result) => [result, metrics.counter('mails', { result })]))
  const count = (result: Result): void => counters.get(result)?.()

  const putOff = async (mail: MailId, waitMs: number, to: Postponed, result: Result): Promise<Posted> => {
    const nowMs = clock()
    const { reason, attempts, sinceMs } = to
    if (nowMs - sinceMs > GIVE_UP_MS) return giveUp(mail, `given up after 5 days: ${reason}`)
    await outbox.later(mail, nowMs + waitMs, to)
    count(result)
    const level = result === 'queued' ? 'debug' : 'info'
    log[level]({ id: mail.id, state: mail.state, reason, attempts, waitMs }, 'mail put off')
    return { is: 'later' }
  }
  const postpone = (mail: MailId, before: Postponed | undefined, reason: string): Promise<Posted> => {
    const { attempts = 0, sinceMs = clock() } = before ?? {}
    const waitMs = 1_000 * (waitsSeconds[Math.min(attempts, waitsSeconds.length - 1)] ?? HOUR_S)
    return putOff(mail, waitMs, { attempts: attempts + 1, sinceMs, reason }, 'later')
  }
  /** No attempt: nobody was asked. */
  const limit = (mail: MailId, before: Postponed | undefined): Promise<Posted> => {
    const nowMs = clock()
    const { attempts = 0, sinceMs = nowMs } = before ?? {}
    const waitMs = HOUR_S * 1_000 - (nowMs % (HOUR_S * 1_000))
    return putOff(mail, waitMs, { attempts, sinceMs, reason: 'too many in this hour' }, 'limited')
  }
  const giveUp = async (mail: MailId, reason: string): Promise<Posted> => {
    await outbox.dead(mail, reason, clock())
    count('dead')
    log.warn({ id: mail.id, state: mail.state, reason }, 'mail given up')
    return { is: 'dead', reason }
  }
  const end = async (mail: MailId, result: Result): Promise<Posted> => {
    await outbox.done(mail, result)
    count(result)
    return { is: 'done' }
  }

  return { putOff, postpone, limit, giveUp, end }
}

export function postOffice(ports: PostOfficePorts): PostOffice {
  const { outbox, mailer, clock, log, waitsSeconds } = ports
  const { putOff, postpone, limit, giveUp, end } = settling(ports)
  const silence = silences(clock, Math.min(AWAY_MS, 1_000 * (waitsSeconds[0] ?? AWAY_MS)))

  /** @returns what is to be said at once, or what there is to send and what was known before */
  const take = async (
    mail: MailId,
    notice: Told | undefined,
    isScheduled: boolean,
  ): Promise<Posted | Begun> => {
    const taken = await outbox.take(mail)
    if (typeof taken === 'string') return { is: taken }
    // Said again, should its first answer not have reached the source: the record becomes a dead letter all the same.
    if ('dead' in taken) return { is: 'dead', reason: taken.dead }
    const { before } = taken
    if (before !== undefined && !isScheduled) {
      await outbox.release(mail)
      return { is: 'later' }
    }
    if (notice === undefined) return end(mail, 'expired')
    if (notice.to === '') return end(mail, 'noAddress')
    return { before, notice }
  }

  return {
    queue: async (mail, told) => {
      const taken = await take(mail, told, false)
      if ('is' in taken) return taken
      return putOff(mail, 0, { attempts: 0, sinceMs: clock(), reason: 'more than can be sent' }, 'queued')
    },
    post: async (mail, told, isScheduled) => {
      const taken = await take(mail, told, isScheduled)
      if ('is' in taken) return taken
      const { before, notice } = taken
      if (await outbox.hasOptedOut(notice.to)) return end(mail, 'optedOut')
      const nowMs = clock()
      if (silence.isExpected(notice.to)) return postpone(mail, before, NO_ANSWER)
      if ((await outbox.countTo(notice.to, nowMs)) > ports.perAddressHour) return limit(mail, before)
      const sent = await mailer.send(ports.mailOf({ ...notice, optOutUrl: ports.optOutUrlOf(notice.to) }))
      if (sent.is === 'later' && sent.away) silence.silent(notice.to)
      else silence.heard(notice.to)
      if (sent.is === 'sent') {
        log.debug({ id: mail.id, state: mail.state, to: masked(notice.to) }, 'mail sent')
        return end(mail, 'sent')
      }
      const reason = maskedIn(sent.reason)
      if (sent.is === 'never') return giveUp(mail, reason)
      return postpone(mail, before, reason)
    },
  }
}
