/** What the processes of one machine are told about each other, from the table of functions. */
import {
  FUNCTIONS,
  type FunctionName,
  LOCAL_HOST,
  PIPELINE,
  type PortSetting,
  stepOf,
} from '../../functions/_core/topology.ts'

/** The name of the one-machine KafkaSource among the processes. */
export const SOURCE = 'source'

export type Ports = Readonly<Record<PortSetting, number>>

export interface Servers {
  /** host:port, comma separated */
  readonly brokers: string
  /** redis://host:port */
  readonly valkeyUrl: string
}

/** http://host:port of a function's `/health` and `/metrics`. */
export const httpUrlOf = (name: FunctionName, ports: Ports): string =>
  `http://${LOCAL_HOST}:${ports[stepOf(name).httpPort]}`

/** host:port of a function's endpoint. */
export const endpointOf = (name: FunctionName, ports: Ports): string =>
  `${LOCAL_HOST}:${ports[stepOf(name).port]}`

/** The settings of a function: its ports, its next step, its servers. */
export function environmentOf(name: FunctionName, ports: Ports, servers: Servers): Record<string, string> {
  const { port, httpPort, next, asks, needs = [], watches } = stepOf(name)
  const asked = FUNCTIONS.find((candidate) => candidate === asks?.step)
  const step = next === undefined ? undefined : FUNCTIONS.find((candidate) => candidate === next.step)
  return {
    [port]: String(ports[port]),
    [httpPort]: String(ports[httpPort]),
    ...(next !== undefined &&
      step !== undefined && {
        [next.setting]: `${next.as === 'url' ? 'http://' : ''}${endpointOf(step, ports)}`,
      }),
    ...(asks !== undefined && asked !== undefined && { [asks.setting]: httpUrlOf(asked, ports) }),
    ...(needs.includes('kafka') && { KAFKA_BROKERS: servers.brokers }),
    ...(needs.includes('valkey') && { VALKEY_URL: servers.valkeyUrl }),
    ...(watches && {
      SEND_TARGETS: [
        `rest=${httpUrlOf('ingest', ports)}`,
        `bridge=${httpUrlOf('bridge', ports)}`,
        `grpc=${endpointOf('publisher', ports)}`,
      ].join(','),
      SCRAPE_URLS: PIPELINE.map((step) => `${step}=${httpUrlOf(step, ports)}/metrics`).join(','),
    }),
  }
}
