/** What is measured: the whole road on free ports with data of its own, and the bare server beside it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import getPort from 'get-port'
import { domains } from '../../functions/_core/domains/index.ts'
import { deadLetterTopic } from '../../functions/_core/registry.ts'
import { startKafka } from '../_machine/kafka.ts'
import { Processes } from '../_machine/processes.ts'
import { ensureTopics } from '../_machine/topics.ts'
import { until } from '../_machine/until.ts'
import { startValkey } from '../_machine/valkey.ts'
import { buildFunctions } from '../build.ts'

const PARTITIONS = 6
const RETENTION_MS = 24 * 3600 * 1000
const READY_MS = 30_000
const here = import.meta.dirname
const node = join(here, '../../node_modules/.bin/node')

export interface Stand {
  readonly brokers: string
  readonly valkeyUrl: string
  readonly url: {
    readonly ingest: string
    readonly bridge: string
    readonly aggregator: string
    readonly bare: string
  }
  readonly publisher: string
  /** Where each function answers /metrics. */
  readonly metrics: Readonly<Record<string, string>>
  /** Pids by the name of the process. */
  pids(): Readonly<Record<string, number>>
  stop(): Promise<void>
}

export async function startStand(): Promise<Stand> {
  const dir = await mkdtemp(join(tmpdir(), 'caudal-bench-'))
  const processes = new Processes({ logDir: join(dir, 'logs') })
  await buildFunctions(join(dir, 'dist'))
  const kafka = await startKafka({ dir: join(dir, 'kafka'), port: await getPort(), processes })
  const valkey = await startValkey({ dir: join(dir, 'valkey'), port: await getPort(), processes })
  const topics = domains.flatMap(({ topic }) => [topic, deadLetterTopic(topic)])
  await ensureTopics(
    kafka.brokers,
    topics.map((topic) => ({ topic, partitions: PARTITIONS, retentionMs: RETENTION_MS })),
  )
  const ports = await functionPorts()
  const env = environment(ports, kafka.brokers, valkey.url)
  const start = (name: string, ...args: string[]) =>
    processes.start({ name, command: node, args, env, restart: false })
  const functions = ['publisher', 'bridge', 'aggregator', 'ingest']
  for (const name of functions) start(name, join(dir, 'dist', name, 'main.mjs'))
  start('source', join(here, '../source/main.ts'))
  start('bare', join(here, 'bare-http.ts'), String(ports.bare))
  const at = (port: number) => `http://127.0.0.1:${port}`
  const healths = [ports.ingest, ports.bridge, ports.aggregator, ports.publisherHttp, ports.source].map(at)
  if (!(await until(() => allReady(healths), READY_MS)))
    throw new Error(`not ready: see ${join(dir, 'logs')}`)
  return {
    brokers: kafka.brokers,
    valkeyUrl: valkey.url,
    url: {
      ingest: at(ports.ingest),
      bridge: at(ports.bridge),
      aggregator: at(ports.aggregator),
      bare: at(ports.bare),
    },
    publisher: `127.0.0.1:${ports.publisher}`,
    metrics: {
      ingest: at(ports.ingest),
      bridge: at(ports.bridge),
      publisher: at(ports.publisherHttp),
      aggregator: at(ports.aggregator),
    },
    pids: () =>
      Object.fromEntries(
        ['bare', 'ingest', 'bridge', 'publisher', 'aggregator', 'source', 'kafka', 'valkey'].map((name) => [
          name,
          processes.get(name).pid,
        ]),
      ),
    stop: async () => {
      await processes.stopAll()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function functionPorts() {
  const names = ['ingest', 'bridge', 'aggregator', 'publisher', 'publisherHttp', 'source', 'bare'] as const
  const ports = new Map<(typeof names)[number], number>()
  for (const name of names) ports.set(name, await getPort({ exclude: [...ports.values()] }))
  return Object.fromEntries(ports) as Record<(typeof names)[number], number>
}

function environment(ports: Awaited<ReturnType<typeof functionPorts>>, brokers: string, valkeyUrl: string) {
  return {
    INGEST_PORT: String(ports.ingest),
    BRIDGE_PORT: String(ports.bridge),
    AGGREGATOR_PORT: String(ports.aggregator),
    PUBLISHER_PORT: String(ports.publisher),
    PUBLISHER_HTTP_PORT: String(ports.publisherHttp),
    HTTP_PORT: String(ports.source),
    BRIDGE_URL: `http://127.0.0.1:${ports.bridge}`,
    PUBLISHER_ADDR: `127.0.0.1:${ports.publisher}`,
    SINK_URL: `http://127.0.0.1:${ports.aggregator}/`,
    KAFKA_BROKERS: brokers,
    VALKEY_URL: valkeyUrl,
    TOPICS: domains.map(({ topic }) => topic).join(','),
  }
}

async function allReady(urls: readonly string[]): Promise<boolean> {
  const answers = await Promise.allSettled(urls.map((url) => fetch(`${url}/health`)))
  return answers.every((answer) => answer.status === 'fulfilled' && answer.value.ok)
}
