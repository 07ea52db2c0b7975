/** What is measured, started for the measurement alone and forgotten afterwards: Kafka, Valkey and the functions. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { STANDARD_FUNCTIONS } from '../../functions/_core/topology.ts'
import { freePort } from '../lib/free-port.ts'
import { SOURCE } from '../lib/topology.ts'
import { startGuard } from '../local/processes/guard.ts'
import { Processes } from '../local/processes/processes.ts'
import { startKafka } from '../local/servers/kafka.ts'
import { startValkey } from '../local/servers/valkey.ts'
import { startTestStack, type TestStack } from '../local/test-stack.ts'
import type { ByName } from './machine.ts'

export interface Stack {
  readonly pipeline: TestStack
  /** Of every process, with Kafka and Valkey. */
  readonly pids: ByName
}

/** Stops everything before it returns, whatever happened. */
export async function withStack<Result>(use: (stack: Stack) => Promise<Result>): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), 'caudal-measure-'))
  // Ctrl-C ends this process at once; the guard then ends what it started.
  const guard = startGuard()
  const servers = new Processes({ logDir: dir, guard })
  try {
    const kafka = await startKafka({ dir: join(dir, 'kafka'), port: await freePort(), processes: servers })
    const valkey = await startValkey({ dir: join(dir, 'valkey'), port: await freePort(), processes: servers })
    const pipeline = await startTestStack({ brokers: kafka.brokers, valkeyUrl: valkey.url, guard })
    try {
      const pids = { ...pidsOf(pipeline), kafka: kafka.pid, valkey: valkey.pid }
      return await use({ pipeline, pids })
    } finally {
      await pipeline.stop()
    }
  } finally {
    await servers.stopAll()
    await guard.close()
    await rm(dir, { recursive: true, force: true })
  }
}

/** Of its functions and its source. */
export const pidsOf = ({ processes }: TestStack): ByName =>
  Object.fromEntries([...STANDARD_FUNCTIONS, SOURCE].map((name) => [name, processes.get(name).pid]))
