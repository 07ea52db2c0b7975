/**
 * What became of each mail, in Valkey: one for each state of each order.
 *
 *   nothing ──take──▶ leased ──sent──▶ sent
 *                       ├──later──▶ later (with when) ──take──▶ leased …
 *                       └──dead──▶ dead ──again (an operator)──▶ later
 *                                   └───drop (an operator)──▶ dropped
 *
 * Who has the lease sends; it ends by itself, so that a mail of one who died is sent by another. What that one had handed
 * to the server before it died goes out twice, under one Message-ID.
 */
import { createHash } from 'node:crypto'
import { Asking, type ReadClient, scored } from './asking.ts'

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

/** `done`: nothing is left to do; `taken`: somebody else is at it; `dead`: why it was given up, and nobody has seen to it. */
export type Taken = 'done' | 'taken' | { readonly dead: string } | { readonly before: Postponed | undefined }

/** A mail that was given up, and that nobody has seen to. */
export interface GivenUp {
  readonly mail: MailId
  readonly timeMs: number
  /** Addresses are masked. */
  readonly reason: string
}

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
  /** Since when the one that waits longest is tried, in milliseconds; undefined when none waits. */
  waitingSince(): Promise<number | undefined>
  /** How many were given up, and nobody has seen to them. */
  givenUp(): Promise<number>
  optOut(address: string): Promise<void>
  hasOptedOut(address: string): Promise<boolean>
  /** Counts a mail to this address. @returns how many there were in this hour, this one included */
  countTo(address: string, nowMs: number): Promise<number>
}

/** However quick a mail server has to be: mails in hand wait for their turns to be sent, too. */
const LEASE_MS = 120_000
/** More than the answers of a mail server to one mail, with those to its greeting, TLS and login. */
const ANSWERS = 24
/** Longer than an order's data are kept after its end. */
const KEEP_S = 40 * 24 * 3600
const DUE_AT_A_TIME = 100
export const HOUR_S = 3_600

const ROOT = 'caudal:mail'
const memberOf = ({ domain, id, state }: MailId): string => JSON.stringify([domain, id, state])
const hashOf = (address: string): string => createHash('sha256').update(address.toLowerCase()).digest('hex')

/** What is kept of a mail that nothing is left to do for. */
interface Settled {
  /** What became of it: sent, or why not. */
  readonly is: string
  readonly reason?: string
}
const DEAD = 'dead'

function mailIn(member: string): MailId {
  const [domain = '', id = '', state = ''] = JSON.parse(member) as string[]
  return { domain, id, state }
}

/** What the outbox and the list of those given up have in common: keys, questions, and what is written of a mail. */
function connected(client: ReadClient, prefix: string) {
  const key = (...parts: string[]): string => prefix + [ROOT, ...parts].join(':')
  const ask = async (...commands: string[][]): Promise<unknown[]> => {
    const asking = new Asking()
    const answers = commands.map((command) => asking.ask(...command))
    await asking.send(client)
    return answers.map((answer) => answer())
  }
  const settle = async (mail: MailId, state: Settled | Postponed, ...more: string[][]): Promise<void> => {
    const member = memberOf(mail)
    const kept = ['set', key('state', member), JSON.stringify(state), 'EX', String(KEEP_S)]
    await ask(kept, ...more, ['del', key('lease', member)])
  }
  const later = (mail: MailId, dueMs: number, postponed: Postponed, ...more: string[][]): Promise<void> =>
    settle(
      mail,
      postponed,
      ['zadd', key('due'), String(dueMs), memberOf(mail)],
      ['zadd', key('since'), String(postponed.sinceMs), memberOf(mail)],
      ...more,
    )
  const noLonger = (mail: MailId): string[][] => [
    ['zrem', key('due'), memberOf(mail)],
    ['zrem', key('since'), memberOf(mail)],
  ]
  return { key, ask, settle, later, noLonger }
}

/** How long who sends may take, where a mail server may be silent so long before each answer. */
export const leaseFor = (silenceMs: number): number => Math.max(LEASE_MS, ANSWERS * silenceMs)

/**
 * @param prefix comes before every key
 * @param leaseMs after which a mail is another's to send
 */
export function valkeyOutbox(client: ReadClient, prefix: string, leaseMs = LEASE_MS): Outbox {
  const { key, ask, settle, later, noLonger } = connected(client, prefix)
  const [due, since, givenUp, optedOut] = [key('due'), key('since'), key('givenup'), key('optout')]
  return {
    take: async (mail) => {
      const member = memberOf(mail)
      const lease = key('lease', member)
      const [taken, text] = await ask(
        ['set', lease, '1', 'NX', 'PX', String(leaseMs)],
        ['get', key('state', member)],
      )
      if (taken === null) return 'taken'
      if (text === null) return { before: undefined }
      const state = JSON.parse(String(text)) as Settled | Postponed
      if (!('is' in state)) return { before: state }
      await ask(['del', lease], ...noLonger(mail))
      return state.is === DEAD ? { dead: state.reason ?? '' } : 'done'
    },
    release: async (mail) => void (await ask(['del', key('lease', memberOf(mail))])),
    done: (mail, why = 'sent') => settle(mail, { is: why } satisfies Settled, ...noLonger(mail)),
    later: (mail, dueMs, postponed) => later(mail, dueMs, postponed),
    dead: (mail, reason, nowMs) => {
      const member = memberOf(mail)
      return settle(
        mail,
        { is: DEAD, reason } satisfies Settled,
        ...noLonger(mail),
        ['zadd', givenUp, String(nowMs), member],
        ['zremrangebyscore', givenUp, '-inf', String(nowMs - 1_000 * KEEP_S)],
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
    waitingSince: async () => {
      const [first] = await ask(['zrange', since, '0', '0', 'WITHSCORES'])
      return scored(first)[0]?.score
    },
    givenUp: async () => Number((await ask(['zcard', givenUp]))[0]),
    optOut: async (address) => void (await ask(['sadd', optedOut, hashOf(address)])),
    hasOptedOut: async (address) => (await ask(['sismember', optedOut, hashOf(address)]))[0] === 1,
    countTo: async (address, nowMs) => {
      const hour = String(Math.floor(nowMs / 1_000 / HOUR_S))
      const counter = key('rate', hashOf(address), hour)
      return Number((await ask(['incr', counter], ['expire', counter, String(2 * HOUR_S)]))[0])
    },
  }
}

/** Mails that were given up, for an operator. */
export interface GivenUpMails {
  /** The longest ago first. */
  list(): Promise<readonly GivenUp[]>
  /** Tries it anew, for as long as a new one: the notifier finds it due. */
  again(mail: MailId, nowMs: number): Promise<void>
  /** Nobody need look at it any more. */
  drop(mail: MailId): Promise<void>
}

/** @param prefix comes before every key */
export function givenUpMails(client: ReadClient, prefix: string): GivenUpMails {
  const { key, ask, settle, later, noLonger } = connected(client, prefix)
  const givenUp = key('givenup')
  const seenTo = (mail: MailId): string[][] => [['zrem', givenUp, memberOf(mail)]]
  return {
    list: async () => {
      const [found] = await ask(['zrange', givenUp, '0', '-1', 'WITHSCORES'])
      const entries = scored(found)
      const texts = await ask(...entries.map(({ member }) => ['get', key('state', member)]))
      return entries.map(({ member, score }, at) => {
        const { reason = '' } = JSON.parse(String(texts[at] ?? '{}')) as { reason?: string }
        return { mail: mailIn(member), timeMs: score, reason }
      })
    },
    again: (mail, nowMs) =>
      later(mail, nowMs, { attempts: 0, sinceMs: nowMs, reason: 'tried anew' }, ...seenTo(mail)),
    drop: (mail) => settle(mail, { is: 'dropped' }, ...noLonger(mail), ...seenTo(mail)),
  }
}
