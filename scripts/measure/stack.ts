/** What is measured, started for the measurement alone and forgotten afterwards: Kafka, Valkey and the functions. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort from 'get-port'
import { startKafka } from '../_machine/kafka.ts'
import { Processes } from '../_machine/processes.ts'
import { startValkey } from '../_machine/valkey.ts'
import { FUNCTIONS } from '../images/record.ts'
import { type Stand, startStand } from '../stand.ts'

export interface Stack {
  readonly stand: Stand
  /** For servers that are measured beside it. */
  readonly processes: Processes
  /** Of every process that an event passes. */
  readonly pids: Readonly<Record<string, number>>
}

/** Stops everything before it returns, whatever happened. */
export async function withStack<Result>(use: (stack: Stack) => Promise<Result>): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), 'caudal-measure-'))
  const processes = new Processes({ logDir: dir })
  try {
    const kafka = await startKafka({ dir: join(dir, 'kafka'), port: await getPort(), processes })
    const valkey = await startValkey({ dir: join(dir, 'valkey'), port: await getPort(), processes })
    const stand = await startStand({ brokers: kafka.brokers, valkeyUrl: valkey.url })
    try {
      const own = [...FUNCTIONS, 'source'].map((name) => [name, stand.processes.get(name).pid] as const)
      const pids = { ...Object.fromEntries(own), kafka: kafka.pid, valkey: valkey.pid }
      return await use({ stand, processes, pids })
    } finally {
      await stand.stop()
    }
  } finally {
    await processes.stopAll()
    await rm(dir, { recursive: true, force: true })
  }
}
