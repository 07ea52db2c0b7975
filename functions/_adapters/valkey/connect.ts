/** The Valkey client as the functions want it: it never queues while Valkey is unavailable, and comes back by itself. */
import { Redis } from 'ioredis'
import { VALKEY_DEADLINE_MS } from '../../_core/limits.ts'
import type { Readiness } from '../../_core/ports.ts'
import type { ReadClient } from './asking.ts'
import type { ScriptClient } from './counter/counter.ts'
import type { EpochClient } from './epoch.ts'

const CONNECT_TIMEOUT_MS = 2_000
const RECONNECT_MIN_MS = 50
const RECONNECT_MAX_MS = 1_000

export interface ValkeyClient extends ScriptClient, ReadClient, EpochClient {
  /** Undefined when ready. */
  readonly readiness: Readiness
  /** A section of INFO, by name. */
  info(section: 'memory' | 'persistence'): Promise<ReadonlyMap<string, string>>
  close(): void
}

/**
 * @param url `redis://user:password@host:port/db`
 * @param onError each failed connection; a message never holds the password
 */
export function connectValkey(url: string, onError: (error: Error) => void): ValkeyClient {
  const redis = new Redis(url, {
    connectTimeout: CONNECT_TIMEOUT_MS,
    // A Valkey that hangs is left; what it was asked is answered as a failure.
    socketTimeout: VALKEY_DEADLINE_MS,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(RECONNECT_MIN_MS * 2 ** Math.min(attempt, 10), RECONNECT_MAX_MS),
    // After a failover the address may lead to another server.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  })
  let server: string | undefined
  redis.on('close', () => {
    server = undefined
  })
  redis.on('ready', () => {
    const found = redis.info('server').then((text) => infoLines(text).get('run_id'))
    found.then(
      (id) => {
        server = id
      },
      // The connection broke again.
      () => {},
    )
  })
  redis.on('error', (error) => onError(withoutCommand(error)))
  const orError = <Reply>(reply: Promise<Reply>): Promise<Reply> =>
    reply.catch((error: unknown) => Promise.reject(withoutCommand(error)))
  return {
    evalsha: (sha1, keys, argument) => orError(redis.evalsha(sha1, keys, argument)),
    eval: (script, keys, argument) => orError(redis.eval(script, keys, argument)),
    info: async (section) => infoLines(await orError(redis.info(section))),
    hmget: (key, ...fields) => orError(redis.hmget(key, ...fields)),
    hset: (key, field, value) => orError(redis.hset(key, field, value)),
    hsetnx: (key, field, value) => orError(redis.hsetnx(key, field, value)),
    multi: (commands) => ({ exec: () => orError(redis.multi(commands).exec()) }),
    server: () => server,
    readiness: () => (redis.status === 'ready' ? undefined : `Valkey is ${redis.status}`),
    close: () => redis.disconnect(),
  }
}

/** ioredis hangs the whole command on its errors, the password of AUTH and every event of a batch among them. */
function withoutCommand(error: unknown): Error {
  const { message, code } = error as NodeJS.ErrnoException
  return new Error(message === '' ? `cannot connect: ${code}` : message)
}

const infoLines = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split('\r\n').flatMap((line) => {
      const [name = '', value] = line.split(':')
      return value === undefined ? [] : [[name, value]]
    }),
  )
