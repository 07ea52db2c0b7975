/** Settings of `npm start`; what it starts inherits the environment and reads its own. */
import * as z from 'zod'
import { domains } from '../../functions/_core/domains/index.ts'
import { PORTS } from '../../functions/_core/topology.ts'
import {
  commonSettings,
  kafkaSettings,
  parseSettings,
  port,
  valkeyUrl,
  withTopics,
} from '../../functions/_runtime/settings.ts'
import { dataDir } from '../lib/data-dir.ts'

const shape = {
  ...kafkaSettings,
  /** Of the functions and the source; the screen tells the rest. */
  LOG_LEVEL: commonSettings.LOG_LEVEL.removeDefault().default('warn'),
  INGEST_PORT: port(PORTS.INGEST_PORT),
  BRIDGE_PORT: port(PORTS.BRIDGE_PORT),
  AGGREGATOR_PORT: port(PORTS.AGGREGATOR_PORT),
  CONSOLE_PORT: port(PORTS.CONSOLE_PORT),
  PUBLISHER_PORT: port(PORTS.PUBLISHER_PORT),
  PUBLISHER_HTTP_PORT: port(PORTS.PUBLISHER_HTTP_PORT),
  /** Health and figures of the KafkaSource double. */
  SOURCE_PORT: port(PORTS.SOURCE_PORT),
  NOTIFIER_PORT: port(PORTS.NOTIFIER_PORT),
  CARRIER_PORT: port(PORTS.CARRIER_PORT),
  NOTIFIER_SOURCE_PORT: port(PORTS.NOTIFIER_SOURCE_PORT),
  CARRIER_SOURCE_PORT: port(PORTS.CARRIER_SOURCE_PORT),
  /** A mail server that runs already; then `--mail` starts no inbox. */
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be smtp://host:port' }).optional(),
  /** The mail server that keeps mails to look at, and its page. */
  SMTP_PORT: port(PORTS.SMTP_PORT),
  INBOX_PORT: port(PORTS.INBOX_PORT),
  KAFKA_PORT: port(PORTS.KAFKA_PORT),
  VALKEY_PORT: port(PORTS.VALKEY_PORT),
  /** A Kafka that runs already; then none is started. */
  KAFKA_BROKERS: z.union([z.undefined(), kafkaSettings.KAFKA_BROKERS], 'must be host:port,host:port…'),
  /** A Valkey that runs already; then none is started. */
  VALKEY_URL: z.union([z.undefined(), valkeyUrl], 'must be redis://host:port or host:port'),
  VALKEY_PREFIX: z.string().default(''),
  CAUDAL_DATA: dataDir,
}

export const settings = () => parseSettings(shape, process.env, { VALKEY_URL: ['VALKEY_ADDR'] })
export const knownDomains = () => withTopics(domains, process.env)

export type StartSettings = ReturnType<typeof settings>
