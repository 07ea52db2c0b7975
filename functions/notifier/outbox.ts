/**
 * What became of each mail, in Valkey: one for each state of each order.
 *
 *   nothing ──take──▶ leased ──sent──▶ sent
 *                       ├──later──▶ later (with when) ──take──▶ leased …
 *                       └──dead──▶ dead
 *
 * Who has the lease sends; it ends by itself, so that a mail of one who died is sent by another. What that one had handed
 * to the server before it died goes out twice, under one Message-ID.
 */
import { createHash } from 'node:crypto'
import { Asking, type ReadClient } from '../_adapters/valkey/asking.ts'

/** Names a mail. */
export interface MailId {
  /** A domain's. */
  readonly domain: string
  readonly id: string
  readonly state: string
}

export interface Postponed {
  readonly attempts: number
  /** Since when it is tried, in milliseconds. */
  readonly sinceMs: number
  readonly reason: string
}

/** `done`: nothing is left to do; `taken`: somebody else is at it. */
export type Taken = 'done' | 'taken' | { readonly before: Postponed | undefined }

export interface Outbox {
  take(mail: MailId): Promise<Taken>
  /** Gives the lease back, and leaves all as it was. */
  release(mail: MailId): Promise<void>
  /** @param why none was sent, where none was */
  done(mail: MailId, why?: string): Promise<void>
  later(mail: MailId, dueMs: number, postponed: Postponed): Promise<void>
  dead(mail: MailId, reason: string, nowMs: number): Promise<void>
  /** Those whose time has come, and when that of the next one comes. */
  due(nowMs: number): Promise<{ readonly mails: readonly MailId[]; readonly nextMs: number | undefined }>
  waiting(): Promise<number>
  optOut(address: string): Promise<void>
  hasOptedOut(address: string): Promise<boolean>
  /** Counts a mail to this address. @returns how many there were in this hour, this one included */
  countTo(address: string, nowMs: number): Promise<number>
}

/** Longer than a mail server may be silent in all of its answers. */
const LEASE_MS = 120_000
/** Longer than an order's data are kept after its end. */
const KEEP_S = 40 * 24 * 3600
const DEAD_KEPT = 10_000
const DUE_AT_A_TIME = 100
export const HOUR_S = 3_600

const ROOT = 'caudal:mail'
const memberOf = ({ domain, id, state }: MailId): string => JSON.stringify([domain, id, state])
const hashOf = (address: string): string => createHash('sha256').update(address.toLowerCase()).digest('hex')

function mailIn(member: string): MailId {
  const [domain = '', id = '', state = ''] = JSON.parse(member) as string[]
  return { domain, id, state }
}

/** @param prefix comes before every key */
export function valkeyOutbox(client: ReadClient, prefix: string): Outbox {
  const key = (...parts: string[]): string => prefix + [ROOT, ...parts].join(':')
  const [due, dead, optedOut] = [key('due'), key('dead'), key('optout')]
  const ask = async (...commands: string[][]): Promise<unknown[]> => {
    const asking = new Asking()
    const answers = commands.map((command) => asking.ask(...command))
    await asking.send(client)
    return answers.map((answer) => answer())
  }
  const settle = async (mail: MailId, state: object, ...more: string[][]): Promise<void> => {
    const member = memberOf(mail)
    const kept = ['set', key('state', member), JSON.stringify(state), 'EX', String(KEEP_S)]
    await ask(kept, ...more, ['del', key('lease', member)])
  }
  return {
    take: async (mail) => {
      const member = memberOf(mail)
      const lease = key('lease', member)
      const [taken, text] = await ask(
        ['set', lease, '1', 'NX', 'PX', String(LEASE_MS)],
        ['get', key('state', member)],
      )
      if (taken === null) return 'taken'
      const state = text === null ? undefined : (JSON.parse(String(text)) as Partial<Postponed>)
      if (state === undefined) return { before: undefined }
      if (state.attempts !== undefined) return { before: state as Postponed }
      await ask(['del', lease])
      return 'done'
    },
    release: async (mail) => void (await ask(['del', key('lease', memberOf(mail))])),
    done: (mail, why = 'sent') => settle(mail, { is: why }, ['zrem', due, memberOf(mail)]),
    later: (mail, dueMs, postponed) => settle(mail, postponed, ['zadd', due, String(dueMs), memberOf(mail)]),
    dead: (mail, reason, nowMs) => {
      const entry = ['id', mail.id, 'state', mail.state, 'domain', mail.domain, 'reason', reason]
      return settle(
        mail,
        { is: 'dead', reason, time: nowMs },
        ['zrem', due, memberOf(mail)],
        ['xadd', dead, 'MAXLEN', '~', String(DEAD_KEPT), '*', ...entry],
      )
    },
    due: async (nowMs) => {
      const [now, next] = await ask(
        ['zrange', due, '-inf', String(nowMs), 'BYSCORE', 'LIMIT', '0', String(DUE_AT_A_TIME)],
        ['zrange', due, `(${nowMs}`, '+inf', 'BYSCORE', 'LIMIT', '0', '1', 'WITHSCORES'],
      )
      const score = (next as string[])[1]
      return {
        mails: (now as string[]).map(mailIn),
        nextMs: score === undefined ? undefined : Number(score),
      }
    },
    waiting: async () => Number((await ask(['zcard', due]))[0]),
    optOut: async (address) => void (await ask(['sadd', optedOut, hashOf(address)])),
    hasOptedOut: async (address) => (await ask(['sismember', optedOut, hashOf(address)]))[0] === 1,
    countTo: async (address, nowMs) => {
      const hour = String(Math.floor(nowMs / 1_000 / HOUR_S))
      const counter = key('rate', hashOf(address), hour)
      return Number((await ask(['incr', counter], ['expire', counter, String(2 * HOUR_S)]))[0])
    },
  }
}
