/** The whole pipeline on free ports, for tests and measurements: the bundles that get deployed, each its own process. */

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Domain } from '../../functions/_core/domain.ts'
import { domains } from '../../functions/_core/domains/index.ts'
import { orderedTopicsOf, topicsOf } from '../../functions/_core/registry.ts'
import {
  FUNCTIONS,
  type FunctionName,
  LOCAL_HOST,
  PORTS,
  STANDARD_FUNCTIONS,
} from '../../functions/_core/topology.ts'
import { withTopics } from '../../functions/_runtime/settings.ts'
import { buildFunctions, NODE_OPTIONS } from '../build/bundles.ts'
import { freePort } from '../lib/free-port.ts'
import { consumerGroups } from '../lib/kafka/source-names.ts'
import { ensureTopics, followerTopics, topicSpecsOf } from '../lib/kafka/topics.ts'
import { REPO_DIR } from '../lib/paths.ts'
import { endpointOf, environmentOf, httpUrlOf, type Ports, SOURCE } from '../lib/topology.ts'
import { until } from '../lib/until.ts'
import { followerSource, liveTopics } from './followers.ts'
import type { Guard } from './processes/guard.ts'
import { Processes } from './processes/processes.ts'

const READY_MS = 60_000
const node = join(REPO_DIR, 'node_modules/.bin/node')

export interface TestStackOptions {
  readonly brokers: string
  readonly valkeyUrl: string
  readonly logLevel?: string
  /** Further settings of every process. */
  readonly env?: Readonly<Record<string, string>>
  /** Told of every process, so that none outlives this one. */
  readonly guard?: Guard
  /** Functions beside the standard ones, with their sources; for the notifier, `env` says where a mail server is. */
  readonly followers?: readonly FunctionName[]
  /** What dies is started again. */
  readonly restart?: boolean
}

export interface TestStack extends TestStackOptions {
  /** The registry with topics of this stack's own. */
  readonly domains: readonly Domain[]
  /** Comes before every Valkey key. */
  readonly prefix: string
  /** Where each function that runs answers HTTP; the publisher its health and metrics. */
  readonly url: Readonly<Record<FunctionName, string>>
  /** Where the source answers HTTP. */
  readonly sourceUrl: string
  /** host:port of the publisher's gRPC. */
  readonly publisher: string
  readonly processes: Processes
  /** The settings of its processes. */
  readonly settings: Readonly<Record<string, string>>
  /** The folder of the bundles. */
  readonly bundles: string
  stop(): Promise<void>
}

/** @throws Error naming the folder of the logs when a process does not become ready */
export async function startTestStack(options: TestStackOptions): Promise<TestStack> {
  const dir = await mkdtemp(join(tmpdir(), 'caudal-stack-'))
  const run = randomUUID().slice(0, 8)
  const topicEnv = Object.fromEntries(
    domains.map(({ name, topic }) => [`KAFKA_TOPIC_${name.toUpperCase()}`, `${topic}-${run}`]),
  )
  const own = withTopics(domains, topicEnv)
  await ensureTopics(options.brokers, [...topicSpecsOf(own), ...followerTopics(liveTopics(own))])
  await buildFunctions(join(dir, 'dist'))
  const ports = await freePorts()
  const at = (name: FunctionName) => httpUrlOf(name, ports)
  const prefix = `${run}:`
  const env = { ...environment(ports, own, prefix, options), ...topicEnv, ...options.env }
  const processes = new Processes({
    logDir: join(dir, 'logs'),
    ...(options.guard && { guard: options.guard }),
  })
  const start = (name: string, file: string) =>
    processes.start({ name, command: node, args: [file], env, restart: options.restart ?? false })
  const functions = [...STANDARD_FUNCTIONS, ...(options.followers ?? [])]
  for (const name of functions) start(name, join(dir, 'dist', name, 'main.cjs'))
  start(SOURCE, join(REPO_DIR, 'scripts/kafka-source/main.ts'))
  const sources = (options.followers ?? []).map((name) => followerSource(name, ports, options, own))
  for (const { name, args, env: more } of sources) {
    processes.start({
      name,
      command: node,
      args,
      env: { ...env, ...more },
      restart: options.restart ?? false,
    })
  }
  const sourceUrl = `http://${LOCAL_HOST}:${ports.SOURCE_PORT}`
  const healths = [...functions.map(at), sourceUrl, ...sources.map(({ url }) => url)]
  if (!(await until(() => allReady(healths), READY_MS))) {
    await processes.stopAll()
    throw new Error(`not ready: see ${join(dir, 'logs')}`)
  }
  return {
    ...options,
    domains: own,
    prefix,
    url: Object.fromEntries(functions.map((name) => [name, at(name)])) as TestStack['url'],
    sourceUrl,
    publisher: endpointOf('publisher', ports),
    processes,
    settings: env,
    bundles: join(dir, 'dist'),
    stop: async () => {
      await processes.stopAll()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function freePorts(): Promise<Ports> {
  const ports = new Map<string, number>()
  for (const setting of Object.keys(PORTS)) {
    ports.set(setting, await freePort())
  }
  return Object.fromEntries(ports) as Ports
}

function environment(ports: Ports, own: readonly Domain[], prefix: string, options: TestStackOptions) {
  return {
    ...Object.assign({}, ...FUNCTIONS.map((name) => environmentOf(name, ports, options))),
    NODE_OPTIONS,
    LOG_LEVEL: options.logLevel ?? 'info',
    HTTP_PORT: String(ports.SOURCE_PORT),
    SINK_URL: `${httpUrlOf('aggregator', ports)}/`,
    VALKEY_PREFIX: prefix,
    ADD_POSITION: 'true',
    TOPICS: topicsOf(own).join(','),
    ORDERED_TOPICS: orderedTopicsOf(own).join(','),
    CONSUMER_GROUPS: consumerGroups(topicsOf(own)),
  }
}

async function allReady(urls: readonly string[]): Promise<boolean> {
  const answers = await Promise.allSettled(urls.map((url) => fetch(`${url}/health`)))
  return answers.every((answer) => answer.status === 'fulfilled' && answer.value.ok)
}
