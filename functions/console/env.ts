/** Settings of the console. */
import * as z from 'zod'
import { domains } from '../_core/domains/index.ts'
import { PORTS } from '../_core/topology.ts'
import {
  commonSettings,
  httpUrl,
  kafkaSettings,
  pairs,
  parseSettings,
  port,
  valkeyUrl,
  withTopics,
} from '../_runtime/settings.ts'

const shape = {
  ...commonSettings,
  /** Where to listen when PORT is not set. */
  CONSOLE_PORT: port(PORTS.CONSOLE_PORT),
  /** Who may ask how far the log and its readers are is enough. */
  ...kafkaSettings,
  /** Whom KafkaSource reads a topic as: `topic=group` separated by commas, `*` for all others. A guess would show all as waiting. */
  CONSUMER_GROUPS: pairs('').refine(
    (groups) => knownDomains().every(({ topic }) => groups[topic] ?? groups['*']),
    {
      error: 'must name the group that reads each topic: topic=group,…',
    },
  ),
  /** Where the functions' metrics are, `name=url` separated by commas; a name with several addresses is several pods. */
  SCRAPE_URLS: pairs('').pipe(z.record(z.string(), z.url({ protocol: /^https?$/ }))),
  /**
   * Through which endpoints the form may send, `rest=http://…,bridge=http://…,grpc=host:port`; it is off without. Whoever
   * reaches the console can send then.
   */
  SEND_TARGETS: pairs('').pipe(z.partialRecord(z.enum(['rest', 'bridge', 'grpc']), z.string())),
  /** A user that may only read is enough. */
  VALKEY_URL: valkeyUrl,
  /** Comes before every key. */
  VALKEY_PREFIX: z.string().default(''),
  /** As people reach this console, for the queries it shows; by default its own port here. */
  CONSOLE_URL: httpUrl('').removeDefault().optional(),
  /** As people reach Grafana, for a link. */
  GRAFANA_URL: httpUrl('').removeDefault().optional(),
}

export const settings = () => parseSettings(shape, process.env, { VALKEY_URL: ['VALKEY_ADDR'] })
export const knownDomains = () => withTopics(domains, process.env)
