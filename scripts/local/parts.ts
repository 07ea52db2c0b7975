/** The parts of the pipeline that are started here beside Kafka and Valkey: what each is told, and where it answers. */

import { join } from 'node:path'
import type { Domain } from '../../functions/_core/domain.ts'
import { orderedTopicsOf, topicsOf } from '../../functions/_core/registry.ts'
import { type FunctionName, LOCAL_HOST, STANDARD_FUNCTIONS } from '../../functions/_core/topology.ts'
import { NODE_OPTIONS } from '../build/bundles.ts'
import { consumerGroups } from '../lib/kafka/source-names.ts'
import { REPO_DIR } from '../lib/paths.ts'
import { environmentOf, httpUrlOf, type Servers, SOURCE } from '../lib/topology.ts'
import { until } from '../lib/until.ts'
import { UserError } from '../lib/user-error.ts'
import type { StartSettings } from './env.ts'
import { followerSource, inboxSpec } from './followers.ts'
import type { Child, ChildSpec } from './processes/child.ts'
import type { Processes } from './processes/processes.ts'

export interface Part extends ChildSpec {
  /** http://host:port of `/health`, and of `/metrics` or `/stats`. */
  readonly url: string
}

/** Each function starts after those it calls. */
export function functionParts(
  settings: StartSettings,
  servers: Servers,
  bundles: string,
  domains: readonly Domain[],
  followers: readonly FunctionName[],
): Part[] {
  const groups = consumerGroups(topicsOf(domains))
  return [...STANDARD_FUNCTIONS, ...followers].map((name) => ({
    name,
    command: process.execPath,
    args: [join(bundles, name, 'main.cjs')],
    env: {
      NODE_OPTIONS,
      LOG_LEVEL: settings.LOG_LEVEL,
      NODE_ENV: 'production',
      ...environmentOf(name, settings, servers),
      SMTP_URL: settings.SMTP_URL ?? `smtp://${LOCAL_HOST}:${settings.SMTP_PORT}`,
      CONSUMER_GROUPS: groups,
      // PORT would put all of them on one port.
      PORT: undefined,
    },
    url: httpUrlOf(name, settings),
  }))
}

export function sourcePart(settings: StartSettings, { brokers }: Servers, domains: readonly Domain[]): Part {
  return {
    name: SOURCE,
    command: process.execPath,
    args: [join(REPO_DIR, 'scripts/kafka-source/main.ts')],
    env: {
      LOG_LEVEL: settings.LOG_LEVEL,
      NODE_ENV: 'production',
      KAFKA_BROKERS: brokers,
      TOPICS: topicsOf(domains).join(','),
      ORDERED_TOPICS: orderedTopicsOf(domains).join(','),
      SINK_URL: `${httpUrlOf('aggregator', settings)}/`,
      HTTP_PORT: String(settings.SOURCE_PORT),
      // As the newest versions do: each record is accounted for where it lies.
      ADD_POSITION: 'true',
      PORT: undefined,
    },
    url: `http://${LOCAL_HOST}:${settings.SOURCE_PORT}`,
  }
}

export const hasInbox = ({ SMTP_URL }: StartSettings, followers: readonly FunctionName[]): boolean =>
  SMTP_URL === undefined && followers.includes('notifier')

/** What else runs for followers: the inbox first, so that the first mail finds it. */
export function besideFollowers(
  settings: StartSettings,
  servers: Servers,
  domains: readonly Domain[],
  followers: readonly FunctionName[],
): Part[] {
  const inbox = hasInbox(settings, followers) ? [inboxSpec(settings)] : []
  const sources = followers.map((name) => followerSource(name, settings, servers, domains))
  return [...inbox, ...sources].map(({ env, ...spec }) => ({
    ...spec,
    command: process.execPath,
    env: { LOG_LEVEL: settings.LOG_LEVEL, NODE_ENV: 'production', ...env },
  }))
}

const READY_DEADLINE_MS = 30_000
const PROBE_MS = 2_000

/** @throws UserError with the end of its log when it dies or does not become ready */
export async function startPart(processes: Processes, part: Part): Promise<Child> {
  const child = processes.start(part)
  const ready = await until(() => child.deaths > 0 || isReady(part.url), READY_DEADLINE_MS)
  if (ready && child.deaths === 0) return child
  await child.stop()
  const problem = child.deaths > 0 ? 'ended at once' : `was not ready in ${READY_DEADLINE_MS / 1000} s`
  throw new UserError(`${part.name} ${problem}. The end of ${child.logFile}:\n${child.logTail()}`)
}

async function isReady(url: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`${url}/health`, { signal: AbortSignal.timeout(PROBE_MS) })
    return ok
  } catch {
    return false
  }
}
