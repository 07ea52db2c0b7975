/** Everything that runs: opened in order, closed in reverse, with nothing left behind. */
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Admin, Kafka } from 'kafkajs'
import { kafkaClient } from '../../functions/_adapters/kafka/connect.ts'
import type { Domain } from '../../functions/_core/domain.ts'
import type { Epoch } from '../../functions/_core/epoch.ts'
import type { Logger } from '../../functions/_core/ports.ts'
import {
  type FunctionName,
  type PortSetting,
  STANDARD_FUNCTIONS,
  stepOf,
} from '../../functions/_core/topology.ts'
import { buildFunctions } from '../build/bundles.ts'
import { agree } from '../ledger/agreement.ts'
import { Watch } from '../ledger/watch.ts'
import { connectOnce } from '../lib/connect-once.ts'
import { addMissingTopics, ensureTopics, followerTopics, topicSpecsOf } from '../lib/kafka/topics.ts'
import { CSV_DIR } from '../lib/paths.ts'
import type { Servers } from '../lib/topology.ts'
import { UserError } from '../lib/user-error.ts'
import type { StartSettings } from './env.ts'
import { liveTopics } from './followers.ts'
import { followersOf, type StartOptions } from './options.ts'
import { functionParts, hasInbox, type Part, startPart } from './parts.ts'
import type { Death } from './processes/child.ts'
import { startGuard } from './processes/guard.ts'
import { acquireLock } from './processes/lock.ts'
import { assertPortsFree, type WantedPort } from './processes/ports.ts'
import { Processes } from './processes/processes.ts'
import { startKafka } from './servers/kafka.ts'
import { startValkey } from './servers/valkey.ts'

export interface System {
  readonly processes: Processes
  readonly servers: Servers
  readonly functions: readonly Part[]
  readonly kafka: Kafka
  readonly watch: Watch
}

export interface SystemOptions {
  readonly settings: StartSettings
  readonly domains: readonly Domain[]
  readonly options: Pick<StartOptions, 'fresh' | 'recount' | 'mail' | 'carrier'>
  /** Ends the opening between two steps. */
  readonly signal: AbortSignal
  readonly say: (line: string) => void
  readonly onDeath: (death: Death) => void
}

/** What to undo, the last first. */
export class Closing {
  readonly #steps: (() => Promise<unknown>)[] = []

  add(step: () => Promise<unknown>): void {
    this.#steps.push(step)
  }

  /** Every step, whatever becomes of the others. @throws what the first that failed threw */
  async run(): Promise<void> {
    const failures: unknown[] = []
    for (const step of this.#steps.splice(0).reverse()) {
      await step().catch((error) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }
}

/** What kafkajs says while a broker is unavailable is no news: the live view says it in a line. */
const QUIET: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

/** @throws UserError for what a person can mend; what was opened by then is in `closing` */
export async function openSystem(options: SystemOptions, closing: Closing): Promise<System> {
  const { settings, domains, signal, say, onDeath } = options
  const data = settings.CAUDAL_DATA
  await mkdir(data, { recursive: true })
  const guard = startGuard()
  closing.add(guard.close)
  const lock = await acquireLock({ file: join(data, 'lock'), guardPid: guard.pid, say })
  closing.add(lock.release)
  await assertPortsFree(wantedPorts(settings, followersOf(options.options)))
  await prepareData(options)
  const processes = new Processes({ logDir: join(data, 'logs'), guard, onDeath })
  closing.add(() => processes.stopAll())
  const bundles = join(data, 'functions')
  const [servers] = await Promise.all([startServers(options, processes), buildFunctions(bundles)])
  const kafka = kafkaClient('start', { ...settings, KAFKA_BROKERS: servers.brokers.split(',') }, QUIET)
  const admin = await connectAdmin(kafka, servers.brokers)
  closing.add(() => admin.disconnect())
  const topics = [...topicSpecsOf(domains), ...followerTopics(liveTopics(domains))]
  if (settings.KAFKA_BROKERS === undefined) await ensureTopics(servers.brokers, topics)
  else await addMissingTopics(admin, topics)
  const epoch = await agreeOn(admin, servers, options)
  const functions = functionParts(settings, servers, bundles, domains, followersOf(options.options))
  say('Starting the functions')
  for (const part of functions) {
    signal.throwIfAborted()
    await startPart(processes, part)
  }
  const watch = await Watch.open({
    kafka,
    admin,
    valkeyUrl: servers.valkeyUrl,
    prefix: settings.VALKEY_PREFIX,
    domains,
    epoch,
    say,
  })
  closing.add(() => watch.close())
  return { processes, servers, functions, kafka, watch }
}

/** Before anything is counted. */
async function agreeOn(
  admin: Admin,
  { valkeyUrl }: Servers,
  { settings, domains, options, say }: SystemOptions,
): Promise<Epoch> {
  const valkey = await connectOnce(valkeyUrl)
  const { recount } = options
  try {
    return await agree({ admin, valkey, prefix: settings.VALKEY_PREFIX, domains, recount, say })
  } finally {
    valkey.disconnect()
  }
}

async function connectAdmin(kafka: Kafka, brokers: string): Promise<Admin> {
  const admin = kafka.admin()
  try {
    await admin.connect()
    return admin
  } catch (error) {
    await admin.disconnect()
    const why = error instanceof Error ? error.message : String(error)
    throw new UserError(`Kafka at ${brokers} cannot be reached: ${why}. Check KAFKA_BROKERS.`, {
      cause: error,
    })
  }
}

function wantedPorts(settings: StartSettings, followers: readonly FunctionName[]): WantedPort[] {
  const steps = [...STANDARD_FUNCTIONS, ...followers].map(stepOf)
  const ports = steps.flatMap(({ port, httpPort, follows }) => [port, httpPort, follows?.sourcePort ?? port])
  const wanted: PortSetting[] = [...new Set<PortSetting>([...ports, 'SOURCE_PORT'])]
  if (hasInbox(settings, followers)) wanted.push('SMTP_PORT', 'INBOX_PORT')
  if (settings.KAFKA_BROKERS === undefined) wanted.push('KAFKA_PORT')
  if (settings.VALKEY_URL === undefined) wanted.push('VALKEY_PORT')
  return wanted.map((setting) => ({ setting, port: settings[setting] }))
}

/** Plain records are numbered by their offsets, so the log and the identities of what was counted are kept or forgotten together. */
async function prepareData({ settings, options: { fresh } }: SystemOptions): Promise<void> {
  const { KAFKA_BROKERS, VALKEY_URL, CAUDAL_DATA } = settings
  const [kafka, valkey] = [join(CAUDAL_DATA, 'kafka'), join(CAUDAL_DATA, 'valkey')]
  if (fresh && (KAFKA_BROKERS !== undefined || VALKEY_URL !== undefined)) {
    throw new UserError(
      '--fresh forgets the data of a Kafka and a Valkey that are started here, both together; ' +
        'it cannot do that for the servers that KAFKA_BROKERS or VALKEY_URL name.',
    )
  }
  const acknowledged = join(CAUDAL_DATA, CSV_DIR)
  if (fresh)
    await Promise.all([kafka, valkey, acknowledged].map((dir) => rm(dir, { recursive: true, force: true })))
  if (KAFKA_BROKERS === undefined && VALKEY_URL === undefined && existsSync(valkey) && !existsSync(kafka)) {
    throw new UserError(
      `Valkey's data are in ${valkey}, but Kafka's beside them are gone: they belong together. ` +
        'Put them back, or forget both with `npm start -- --fresh`.',
    )
  }
}

async function startServers({ settings, say }: SystemOptions, processes: Processes): Promise<Servers> {
  const { KAFKA_BROKERS, VALKEY_URL, CAUDAL_DATA, KAFKA_PORT, VALKEY_PORT } = settings
  const brokersOf = async (): Promise<string> => {
    if (KAFKA_BROKERS !== undefined) return KAFKA_BROKERS.join(',')
    say('Starting Kafka')
    return (await startKafka({ dir: join(CAUDAL_DATA, 'kafka'), port: KAFKA_PORT, processes })).brokers
  }
  const valkeyOf = async (): Promise<string> => {
    if (VALKEY_URL !== undefined) return reachable(VALKEY_URL)
    say('Starting Valkey')
    return (await startValkey({ dir: join(CAUDAL_DATA, 'valkey'), port: VALKEY_PORT, processes })).url
  }
  const [brokers, valkeyUrl] = await Promise.all([brokersOf(), valkeyOf()])
  return { brokers, valkeyUrl }
}

async function reachable(valkeyUrl: string): Promise<string> {
  try {
    const valkey = await connectOnce(valkeyUrl)
    valkey.disconnect()
    return valkeyUrl
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const { host } = new URL(valkeyUrl)
    throw new UserError(`Valkey at ${host} cannot be reached: ${why}. Check VALKEY_URL.`, { cause: error })
  }
}
