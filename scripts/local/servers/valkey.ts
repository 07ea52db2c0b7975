/** A real Valkey on this machine, with its append-only file in a folder that outlives it. */
import { mkdir } from 'node:fs/promises'
import { Redis } from 'ioredis'
import { UserError } from '../../lib/user-error.ts'
import { Processes } from '../processes/processes.ts'
import { untilReady } from '../processes/ready.ts'
import { valkeyBinary } from './valkey-binary.ts'

/** Loading a large append-only file takes its time. */
const READY_DEADLINE_MS = 60_000
const PROBE_MS = 1_000
/** When it is full, writes fail and are tried again; nothing is evicted. */
const MAX_MEMORY = '2gb'

export interface ValkeyOptions {
  /** Its data; made if it is not there. */
  dir: string
  port: number
  /** What may be lost with the machine or by kill -9: a second (the default), or nothing. */
  appendfsync?: 'everysec' | 'always' | 'no'
  /** Starts, restarts and stops it under this name. Default: processes of its own, without restarts. */
  processes?: Processes
  /** Default: valkey */
  name?: string
}

export interface ValkeyServer {
  /** redis://host:port */
  url: string
  readonly pid: number
  stop: () => Promise<void>
}

/**
 * Starts it and waits until its data is loaded.
 * @throws UserError when it does not start: no binary, folder corrupt, port taken
 */
export async function startValkey(options: ValkeyOptions): Promise<ValkeyServer> {
  const { dir, port, appendfsync = 'everysec', name = 'valkey' } = options
  const command = await valkeyBinary()
  await mkdir(dir, { recursive: true })
  const settings = {
    bind: '127.0.0.1',
    port,
    dir,
    appendonly: 'yes',
    appendfsync,
    'aof-load-truncated': 'yes',
    save: '',
    maxmemory: MAX_MEMORY,
    'maxmemory-policy': 'noeviction',
  }
  const args = Object.entries(settings).flatMap(([key, value]) => [`--${key}`, String(value)])
  const processes = options.processes ?? new Processes()
  const child = processes.start({ name, command, args, restart: options.processes !== undefined })
  const url = `redis://127.0.0.1:${port}`
  if (!(await untilReady(child, () => valkeyAnswers(url), READY_DEADLINE_MS))) {
    throw new UserError(
      `Valkey did not start. If its data folder ${dir} is corrupt, \`npm start -- --fresh\` forgets it ` +
        `(Kafka's too: they belong together). The end of ${child.logFile}:\n${child.logTail()}`,
    )
  }
  return {
    url,
    get pid() {
      return child.pid
    },
    stop: () => child.stop(),
  }
}

/** Whether it is there and has loaded its data. @param url redis://host:port */
export async function valkeyAnswers(url: string): Promise<boolean> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: PROBE_MS,
    commandTimeout: PROBE_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    enableReadyCheck: false,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.ping()) === 'PONG'
  } catch {
    return false
  } finally {
    client.disconnect()
  }
}
