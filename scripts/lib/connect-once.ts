/**
 * The runner's own connection to Valkey. It never reconnects by itself: a connection that lives on is the same Valkey
 * with all its data, and a new one may be a Valkey that has lost its last second.
 */
import { Redis } from 'ioredis'

const CONNECT_MS = 2_000
const COMMAND_MS = 10_000

/** @param url redis://user:password@host:port/db @throws when Valkey is not there, or still loads its data */
export async function connectOnce(url: string): Promise<Redis> {
  const valkey = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    commandTimeout: COMMAND_MS,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  // Each command says it too.
  valkey.on('error', () => {})
  try {
    await valkey.connect()
    return valkey
  } catch (error) {
    valkey.disconnect()
    throw error
  }
}
