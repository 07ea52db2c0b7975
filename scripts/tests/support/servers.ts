/** A real Kafka and a real Valkey for the whole test run, on free ports, forgotten afterwards. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { freePort } from '../../lib/free-port.ts'
import { startKafka } from '../../local/servers/kafka.ts'
import { startValkey } from '../../local/servers/valkey.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** host:port; tests take topics of their own. */
    kafkaBrokers: string
    /** redis://host:port; tests take key prefixes of their own. */
    valkeyUrl: string
  }
}

export default async function setup(project: TestProject) {
  const dir = await mkdtemp(join(tmpdir(), 'caudal-test-'))
  const kafka = await startKafka({ dir: join(dir, 'kafka'), port: await freePort() })
  const valkey = await startValkey({ dir: join(dir, 'valkey'), port: await freePort() })
  project.provide('kafkaBrokers', kafka.brokers)
  project.provide('valkeyUrl', valkey.url)
  return async () => {
    await valkey.stop()
    await kafka.stop()
    await rm(dir, { recursive: true, force: true })
  }
}
