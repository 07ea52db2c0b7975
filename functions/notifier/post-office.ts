/**
 * Sends one mail of one state of one order, or puts it off, or gives it up. A server that is away is not asked by every
 * mail: for a while all are put off at once, so that it holds nothing up.
 */
import type { Metrics } from '../_core/metrics.ts'
import type { Clock, Logger } from '../_core/ports.ts'
import { masked } from './mask.ts'
import type { Addressed, Mail } from './message.ts'
import { HOUR_S, type MailId, type Outbox, type Postponed } from './outbox.ts'
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

export interface PostOffice {
  /**
   * @param notice undefined when nobody knows any more what the mail should say
   * @param isScheduled its time has come; otherwise one that is put off stays so
   */
  post(mail: MailId, notice: Omit<Addressed, 'optOutUrl'> | undefined, isScheduled: boolean): Promise<Posted>
}

/** RFC 5321, section 4.5.4.1: a sender gives up after four to five days. */
const GIVE_UP_MS = 5 * 24 * HOUR_S * 1_000
/** So long a server that failed is not asked again; no longer than the first wait. */
const AWAY_MS = 10_000
const NO_ANSWER = 'the mail server did not answer just now'

export function postOffice(ports: PostOfficePorts): PostOffice {
  const { outbox, mailer, clock, log, metrics, waitsSeconds } = ports
  const awayMs = Math.min(AWAY_MS, 1_000 * (waitsSeconds[0] ?? AWAY_MS))
  let awayUntilMs = 0
  const count = (result: string): void => metrics.counter('mails', { result })()

  const postpone = async (mail: MailId, before: Postponed | undefined, reason: string, waitMs?: number) => {
    const nowMs = clock()
    const { attempts = 0, sinceMs = nowMs } = before ?? {}
    if (nowMs - sinceMs > GIVE_UP_MS) return giveUp(mail, `given up after 5 days: ${reason}`)
    const wait = waitMs ?? 1_000 * (waitsSeconds[Math.min(attempts, waitsSeconds.length - 1)] ?? HOUR_S)
    await outbox.later(mail, nowMs + wait, { attempts: attempts + 1, sinceMs, reason })
    count('later')
    log.info({ id: mail.id, state: mail.state, reason, attempts: attempts + 1, waitMs: wait }, 'mail put off')
    return { is: 'later' } as const
  }
  const giveUp = async (mail: MailId, reason: string): Promise<Posted> => {
    await outbox.dead(mail, reason, clock())
    count('dead')
    log.warn({ id: mail.id, state: mail.state, reason }, 'mail given up')
    return { is: 'dead', reason }
  }
  const end = async (mail: MailId, result: string): Promise<Posted> => {
    await outbox.done(mail, result)
    count(result)
    return { is: 'done' }
  }

  return {
    post: async (mail, notice, isScheduled) => {
      if (notice?.to === '') return { is: 'done' }
      const taken = await outbox.take(mail)
      if (typeof taken === 'string') return { is: taken }
      const { before } = taken
      if (before !== undefined && !isScheduled) {
        await outbox.release(mail)
        return { is: 'later' }
      }
      if (notice === undefined) return end(mail, 'expired')
      if (await outbox.hasOptedOut(notice.to)) return end(mail, 'optedOut')
      const nowMs = clock()
      if (nowMs < awayUntilMs) return postpone(mail, before, NO_ANSWER)
      if ((await outbox.countTo(notice.to, nowMs)) > ports.perAddressHour) {
        return postpone(mail, before, 'too many in this hour', HOUR_S * 1_000 - (nowMs % (HOUR_S * 1_000)))
      }
      const sent = await mailer.send(ports.mailOf({ ...notice, optOutUrl: ports.optOutUrlOf(notice.to) }))
      if (sent.is === 'sent') {
        awayUntilMs = 0
        log.debug({ id: mail.id, state: mail.state, to: masked(notice.to) }, 'mail sent')
        return end(mail, 'sent')
      }
      // Servers repeat addresses in their answers.
      const reason = sent.reason.replaceAll(notice.to, masked(notice.to))
      if (sent.is === 'never') return giveUp(mail, reason)
      if (sent.away) awayUntilMs = clock() + awayMs
      return postpone(mail, before, reason)
    },
  }
}
