/** Who may do what in Valkey: its ACL file, with hashes instead of passwords. */
import { createHash } from 'node:crypto'

export const VALKEY_USERS = ['aggregator', 'notifier', 'console', 'reader', 'admin'] as const
export type ValkeyUser = (typeof VALKEY_USERS)[number]

/** What functions/_adapters/valkey/lua/apply.lua, and what it includes, calls: Valkey asks for each command in a script as for any other. */
export const SCRIPT_COMMANDS = [
  ...[
    'bitfield',
    'bitfield_ro',
    'exists',
    'expire',
    'get',
    'set',
    'hexists',
    'hgetall',
    'hlen',
    'hmget',
    'hset',
    'persist',
  ],
  ...['time', 'xadd', 'xlen', 'xtrim', 'zadd', 'zcard', 'zmscore', 'zrem', 'zremrangebyrank'],
]
/** What functions/_adapters/valkey/epoch.ts asks, beside the script's own. */
const EPOCH_COMMANDS = ['hsetnx']
/** What ioredis says by itself when it connects; INFO is how it learns that the data are loaded. */
const CLIENT_COMMANDS = ['auth', 'hello', 'ping', 'info', 'client|setinfo', 'client|setname']

/** What functions/_adapters/valkey/accounts/writer.ts calls beside these, in a transaction. */
const ACCOUNT_COMMANDS = ['multi', 'exec', 'setbit']
/** What the console reads with, several questions in one transaction. */
const CONSOLE_COMMANDS = [
  ...['multi', 'exec', 'get', 'mget', 'hmget', 'hgetall', 'hscan', 'zcard', 'zrange', 'zrevrange'],
  ...['xlen', 'xinfo|stream', 'xrevrange', 'exists', 'getbit', 'bitcount', 'bitpos', 'strlen'],
]

/** What functions/_adapters/valkey/outbox.ts and functions/_adapters/valkey/lives.ts ask, in transactions. */
const NOTIFIER_COMMANDS = [
  ...['multi', 'exec', 'get', 'set', 'del', 'expire', 'incr', 'hget', 'hgetall', 'exists', 'getbit'],
  ...['zadd', 'zrem', 'zrange', 'zcard', 'sadd', 'sismember', 'zremrangebyscore'],
]

const allow = (...commands: readonly string[]): string =>
  `-@all ${[...commands, ...CLIENT_COMMANDS].map((word) => `+${word}`).join(' ')}`

const RULES: Readonly<Record<ValkeyUser, string>> = {
  aggregator: allow('eval', 'evalsha', ...EPOCH_COMMANDS, ...ACCOUNT_COMMANDS, ...SCRIPT_COMMANDS),
  notifier: allow(...NOTIFIER_COMMANDS),
  console: allow(...CONSOLE_COMMANDS),
  // For dashboards and people. Not what holds up everybody else, such as KEYS and CLIENT PAUSE; INFO is among those
  // "dangerous", but dashboards ask for it.
  reader: '-@all +@read +@connection -@dangerous -@admin +info',
  admin: '+@all',
}

/** The notifier changes nothing but what is its own. */
const KEYS: Readonly<Partial<Record<ValkeyUser, string>>> = { notifier: '%R~* ~*caudal:mail:*' }

/** Without a password one may only PING, which is what probes do. */
export const aclFile = (passwords: Readonly<Record<ValkeyUser, string>>): string =>
  [
    'user default on nopass resetkeys resetchannels -@all +ping',
    ...VALKEY_USERS.map(
      (user) =>
        `user ${user} on #${sha256(passwords[user])} ${KEYS[user] ?? '~*'} resetchannels ${RULES[user]}`,
    ),
    '',
  ].join('\n')

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
