/** The ACL file as a real Valkey reads it. */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { accountReader } from '../../functions/_adapters/valkey/accounts/reader.ts'
import { accountWriter } from '../../functions/_adapters/valkey/accounts/writer.ts'
import { Asking } from '../../functions/_adapters/valkey/asking.ts'
import { valkeyCounter } from '../../functions/_adapters/valkey/counter/counter.ts'
import { livesReader } from '../../functions/_adapters/valkey/lives.ts'
import { askLog } from '../../functions/_adapters/valkey/log-reader.ts'
import { APPLY_LUA } from '../../functions/_adapters/valkey/lua/apply.embedded.ts'
import { givenUpMails, valkeyOutbox } from '../../functions/_adapters/valkey/outbox.ts'
import { readBoards } from '../../functions/_adapters/valkey/reader.ts'
import { readSnapshot } from '../../functions/_adapters/valkey/snapshot.ts'
import { domains } from '../../functions/_core/domains/index.ts'
import { counterSuite, type MakeCounter } from '../../functions/_testing/counter-suite.ts'
import { lifeSuite } from '../../functions/_testing/life-suite.ts'
import { aclFile, SCRIPT_COMMANDS, VALKEY_USERS, type ValkeyUser } from './valkey-acl.ts'

const passwords = {
  aggregator: randomUUID(),
  notifier: randomUUID(),
  console: randomUUID(),
  reader: randomUUID(),
  admin: randomUUID(),
}
/** Other tests use this Valkey too: the users of the file under names of their own. */
const named = (user: string): string => `${user}-${passwords.admin}`
const clients = new Map<ValkeyUser, Redis>()
let owner: Redis

function clientOf(user: ValkeyUser): Redis {
  const client = clients.get(user)
  if (!client) throw new Error(`no client for ${user}`)
  return client
}

beforeAll(async () => {
  owner = new Redis(inject('valkeyUrl'))
  for (const line of aclFile(passwords).split('\n').filter(Boolean)) {
    const [, user = '', ...rules] = line.split(' ')
    await owner.call('ACL', 'SETUSER', named(user), ...rules)
  }
  for (const user of VALKEY_USERS) {
    const client = new Redis(inject('valkeyUrl'), { username: named(user), password: passwords[user] })
    clients.set(user, client)
  }
})

afterAll(async () => {
  for (const client of clients.values()) client.disconnect()
  await owner.call('ACL', 'DELUSER', ...['default', ...clients.keys()].map(named))
  owner.disconnect()
})

describe('the aggregator counts', () => {
  const make: MakeCounter = (onCountResult = () => {}) => {
    const prefix = `${randomUUID()}:`
    const counter = valkeyCounter(clientOf('aggregator'), { prefix, onCountResult })
    return { ...counter, snapshot: () => readSnapshot(clientOf('reader'), domains, { prefix }) }
  }
  counterSuite(make)
  lifeSuite(make)
})

test('the aggregator accounts for records, and the console reads boards, logs and accounts', async () => {
  const prefix = `${randomUUID()}:`
  const position = { topic: 'a', partition: 0, offset: 7 }
  const write = accountWriter(clientOf('aggregator'), prefix)
  expect(await write([{ state: 'counted', position }])).toEqual([undefined])
  const console = clientOf('console')
  const [range] = [{ topic: 'a', partition: 0, from: 0, to: 9 }]
  const accounts = accountReader(console, prefix)
  expect(await accounts.read([range])).toEqual([{ counted: 1, dead: 0 }])
  expect(await accounts.gaps(range, 5)).toEqual([
    { from: 0, to: 7 },
    { from: 8, to: 9 },
  ])
  const boards = await readBoards(console, domains, { prefix, nowMs: Date.now() })
  expect(boards.map(({ domain }) => domain)).toEqual(domains.map(({ name }) => name))
  const asking = new Asking()
  const tails = domains.map((domain) => askLog(asking, domain, prefix, { count: 1 }))
  await asking.send(console)
  expect(tails.map((tail) => tail?.().total)).toEqual(domains.map(() => 0))
})

test('the notifier keeps what became of mails, asks what became of events, and changes nothing else', async () => {
  const notifier = clientOf('notifier')
  const prefix = `${randomUUID()}:`
  const outbox = valkeyOutbox(notifier, prefix)
  const mail = { domain: 'd', id: '1', state: 's' }
  expect(await outbox.take(mail)).toEqual({ before: undefined })
  await outbox.later(mail, 1, { attempts: 1, sinceMs: 1, reason: 'r' })
  expect(await outbox.due(2)).toEqual({ mails: [mail], nextMs: undefined })
  await outbox.dead(mail, 'no such user', 3)
  expect([await outbox.take(mail), await outbox.waiting(), await outbox.givenUp()]).toEqual([
    { dead: 'no such user' },
    0,
    1,
  ])
  const operator = givenUpMails(notifier, prefix)
  expect(await operator.list()).toEqual([{ mail, timeMs: 3, reason: 'no such user' }])
  await operator.again(mail, 4)
  expect([await outbox.waitingSince(), await outbox.givenUp()]).toEqual([4, 0])
  expect(await outbox.take(mail)).toMatchObject({ before: { attempts: 0, sinceMs: 4 } })
  await outbox.done(mail)
  await operator.drop(mail)
  expect(await outbox.waitingSince()).toBeUndefined()
  await outbox.optOut('a@example.com')
  expect(await outbox.hasOptedOut('A@example.com')).toBe(true)
  expect(await outbox.countTo('a@example.com', 0)).toBe(1)
  const domain = domains.find((candidate) => candidate.mail !== undefined)
  if (domain === undefined) throw new Error('no domain has mails')
  expect(await livesReader(notifier, { prefix }).life(domain, '1')).toBeUndefined()
  await expect(notifier.set(`${prefix}pedido:1`, 'x')).rejects.toThrow('NOPERM')
})

test('the commands of the script are those that its user may call', () => {
  const called = APPLY_LUA.matchAll(/\b(?:call|pcall|read)\('(\w+)'/g)
  const commands = new Set(Array.from(called, ([, command = '']) => command.toLowerCase()))
  expect([...commands].sort()).toEqual(SCRIPT_COMMANDS.toSorted())
})

const may: [string, ...(ValkeyUser | 'default')[]][] = [
  ['PING', 'default', 'aggregator', 'notifier', 'console', 'reader', 'admin'],
  ['INFO', 'aggregator', 'notifier', 'console', 'reader', 'admin'],
  ['EVALSHA 0 0', 'aggregator', 'admin'],
  ['SET k 1', 'aggregator', 'admin'],
  ['SET caudal:mail:k 1', 'aggregator', 'notifier', 'admin'],
  ['HGETALL k', 'aggregator', 'notifier', 'console', 'reader', 'admin'],
  ['GET k', 'aggregator', 'notifier', 'console', 'reader', 'admin'],
  ['ZREVRANGE k 0 9 WITHSCORES', 'console', 'reader', 'admin'],
  ['XREVRANGE k + -', 'console', 'reader', 'admin'],
  ['XLEN k', 'aggregator', 'console', 'reader', 'admin'],
  ['XINFO STREAM k', 'console', 'reader', 'admin'],
  ['MULTI', 'aggregator', 'notifier', 'console', 'admin'],
  ['SETBIT k 1 1', 'aggregator', 'admin'],
  ['SCAN 0', 'reader', 'admin'],
  ['TYPE k', 'reader', 'admin'],
  ['DEL k', 'admin'],
  ['KEYS *', 'admin'],
  ['FLUSHALL', 'admin'],
  ['CLIENT KILL ID 1', 'admin'],
  ['CLIENT PAUSE 1', 'admin'],
  ['CLIENT LIST', 'admin'],
  ['CONFIG GET *', 'admin'],
  ['ACL LIST', 'admin'],
  ['MONITOR', 'admin'],
  ['SCRIPT FLUSH', 'admin'],
  ['FUNCTION FLUSH', 'admin'],
  ['SHUTDOWN', 'admin'],
  ['DEBUG SLEEP 1', 'admin'],
  ['SUBSCRIBE c'],
]
test.each(may)('who may %s', async (command, ...users) => {
  const answers = ['default', ...clients.keys()].map(async (user) => {
    const answer = await owner.call('ACL', 'DRYRUN', named(user), ...command.split(' '))
    return answer === 'OK' ? [user] : []
  })
  expect((await Promise.all(answers)).flat()).toEqual(users)
})
