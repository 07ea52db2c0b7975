/**
 * Every function once: where it listens on one machine, which step it hands events to, and what it needs. Settings,
 * `npm start`, images, manifests' tests and benchmarks read this table; a new function is an entry here and a folder.
 */

/** Ports on one machine by the setting that changes them. In a container PORT wins. */
export const PORTS = {
  INGEST_PORT: 8080,
  BRIDGE_PORT: 8081,
  AGGREGATOR_PORT: 8082,
  CONSOLE_PORT: 8083,
  /** The publisher's health and metrics: its endpoint speaks gRPC. */
  PUBLISHER_HTTP_PORT: 8084,
  PUBLISHER_PORT: 50_051,
  /** Health and figures of the one-machine KafkaSource. */
  SOURCE_PORT: 8085,
  NOTIFIER_PORT: 8086,
  CARRIER_PORT: 8087,
  /** Health and figures of the sources of those two. */
  NOTIFIER_SOURCE_PORT: 8088,
  CARRIER_SOURCE_PORT: 8089,
  /** A mail server that keeps mails for people to look at, and its page. */
  SMTP_PORT: 1025,
  INBOX_PORT: 8025,
  KAFKA_PORT: 9092,
  VALKEY_PORT: 6379,
} as const
export type PortSetting = keyof typeof PORTS

interface Step {
  /** Of its endpoint. */
  readonly port: PortSetting
  /** Where it answers /health and /metrics. */
  readonly httpPort: PortSetting
  /** Whom it hands events to, and the setting that says where that is. */
  readonly next?: { readonly step: string; readonly setting: string; readonly as: 'url' | 'host:port' }
  readonly needs?: readonly ('kafka' | 'valkey')[]
  /** Whom it asks what became of things, and the setting that says where that is. */
  readonly asks?: { readonly step: string; readonly setting: string }
  /** Asks the other functions for their metrics. */
  readonly watches?: true
  /**
   * Has KafkaSources of its own, beside the aggregator's, on the topics of things that have a life; on one machine it runs
   * only when it is asked for, and its source answers there.
   */
  readonly follows?: { readonly lives: true; readonly sourcePort: PortSetting }
}

/** In the order of start: each after the one that it calls. */
const TOPOLOGY = {
  publisher: {
    port: 'PUBLISHER_PORT',
    httpPort: 'PUBLISHER_HTTP_PORT',
    asks: { step: 'console', setting: 'CONSOLE_URL' },
    needs: ['kafka'],
  },
  bridge: {
    port: 'BRIDGE_PORT',
    httpPort: 'BRIDGE_PORT',
    next: { step: 'publisher', setting: 'PUBLISHER_ADDR', as: 'host:port' },
  },
  ingest: {
    port: 'INGEST_PORT',
    httpPort: 'INGEST_PORT',
    next: { step: 'bridge', setting: 'BRIDGE_URL', as: 'url' },
  },
  aggregator: { port: 'AGGREGATOR_PORT', httpPort: 'AGGREGATOR_PORT', needs: ['valkey'] },
  console: { port: 'CONSOLE_PORT', httpPort: 'CONSOLE_PORT', needs: ['valkey', 'kafka'], watches: true },
  notifier: {
    port: 'NOTIFIER_PORT',
    httpPort: 'NOTIFIER_PORT',
    needs: ['valkey'],
    follows: { lives: true, sourcePort: 'NOTIFIER_SOURCE_PORT' },
  },
  carrier: {
    port: 'CARRIER_PORT',
    httpPort: 'CARRIER_PORT',
    next: { step: 'bridge', setting: 'BRIDGE_URL', as: 'url' },
    follows: { lives: true, sourcePort: 'CARRIER_SOURCE_PORT' },
  },
} as const satisfies Record<string, Step>

export type FunctionName = keyof typeof TOPOLOGY

/** In the order of start. */
export const FUNCTIONS = Object.keys(TOPOLOGY) as readonly FunctionName[]

export const stepOf = (name: FunctionName): Step => TOPOLOGY[name]

/** Those that look at the lives of things, by sources of their own. */
export const FOLLOWERS = FUNCTIONS.filter((name) => stepOf(name).follows !== undefined)

/** Those that always run. */
export const STANDARD_FUNCTIONS = FUNCTIONS.filter((name) => !FOLLOWERS.includes(name))

/** The functions that take events, the first first: stopped in this order, each finishes what it was handed. */
export const ENDPOINTS = ['ingest', 'bridge', 'publisher'] as const satisfies readonly FunctionName[]

/** The functions that an event goes through; the others look on. */
export const PIPELINE = [...ENDPOINTS, 'aggregator'] as const satisfies readonly FunctionName[]

/** On one machine everything listens here only. */
export const LOCAL_HOST = '127.0.0.1'

/** Where the next step is when nothing else is said. */
export const localAddress = (setting: PortSetting): string => `${LOCAL_HOST}:${PORTS[setting]}`
