/** The parts of the pipeline that are started here beside Kafka and Valkey: what each is told, and where it answers. */
import { join } from 'node:path'
import type { Domain } from '../../functions/_core/domain.ts'
import { NODE_OPTIONS } from '../build/bundles.ts'
import { REPO_DIR } from '../lib/paths.ts'
import type { StartSettings } from './env.ts'
import type { ChildSpec } from './processes/child.ts'

/** What the KafkaSource double calls itself in the events it makes of plain records: as in knative/base/sources.yaml. */
export const ORIGIN = { namespace: 'blackfriday', name: 'ventas', addPosition: false } as const
export const GROUP_ID = 'aggregator'

const HOST = '127.0.0.1'

export interface Part extends ChildSpec {
  /** http://host:port of `/health`, and of `/metrics` or `/stats`. */
  readonly url: string
}

export interface Servers {
  /** host:port, comma separated */
  readonly brokers: string
  /** redis://host:port */
  readonly valkeyUrl: string
}

/** The endpoints in the order of the pipeline: stopping them in this order lets each finish what the one before handed it. */
export const ENDPOINTS = ['ingest', 'bridge', 'publisher'] as const
export const SOURCE = 'source'

/** Each function starts after those it calls. */
export function functionParts(settings: StartSettings, servers: Servers, bundles: string): Part[] {
  const { INGEST_PORT, BRIDGE_PORT, AGGREGATOR_PORT, PUBLISHER_PORT, PUBLISHER_HTTP_PORT } = settings
  const part = (name: string, httpPort: number, env: Record<string, string>): Part => ({
    name,
    command: process.execPath,
    args: [join(bundles, name, 'main.cjs')],
    // PORT would put all of them on one port.
    env: { NODE_OPTIONS, LOG_LEVEL: settings.LOG_LEVEL, NODE_ENV: 'production', ...env, PORT: undefined },
    url: `http://${HOST}:${httpPort}`,
  })
  return [
    part('publisher', PUBLISHER_HTTP_PORT, {
      KAFKA_BROKERS: servers.brokers,
      PUBLISHER_PORT: String(PUBLISHER_PORT),
      PUBLISHER_HTTP_PORT: String(PUBLISHER_HTTP_PORT),
    }),
    part('bridge', BRIDGE_PORT, {
      BRIDGE_PORT: String(BRIDGE_PORT),
      PUBLISHER_ADDR: `${HOST}:${PUBLISHER_PORT}`,
    }),
    part('ingest', INGEST_PORT, {
      INGEST_PORT: String(INGEST_PORT),
      BRIDGE_URL: `http://${HOST}:${BRIDGE_PORT}`,
    }),
    part('aggregator', AGGREGATOR_PORT, {
      AGGREGATOR_PORT: String(AGGREGATOR_PORT),
      VALKEY_URL: servers.valkeyUrl,
    }),
  ]
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
      TOPICS: domains.map(({ topic }) => topic).join(','),
      GROUP_ID,
      SINK_URL: `http://${HOST}:${settings.AGGREGATOR_PORT}/`,
      NAMESPACE: ORIGIN.namespace,
      NAME: ORIGIN.name,
      HTTP_PORT: String(settings.SOURCE_PORT),
      PORT: undefined,
    },
    url: `http://${HOST}:${settings.SOURCE_PORT}`,
  }
}
