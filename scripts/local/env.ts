/** Settings of `npm start`; what it starts inherits the environment and reads its own. */
import { join, resolve } from 'node:path'
import * as z from 'zod'
import { domains } from '../../functions/_core/domains/index.ts'
import {
  commonSettings,
  kafkaSettings,
  parseSettings,
  port,
  valkeyUrl,
  withTopics,
} from '../../functions/_runtime/settings.ts'
import { CAUDAL_DIR } from '../lib/paths.ts'

const shape = {
  ...kafkaSettings,
  /** Of the functions and the source; the screen tells the rest. */
  LOG_LEVEL: commonSettings.LOG_LEVEL.removeDefault().default('warn'),
  INGEST_PORT: port(8080),
  BRIDGE_PORT: port(8081),
  AGGREGATOR_PORT: port(8082),
  PUBLISHER_PORT: port(50051),
  PUBLISHER_HTTP_PORT: port(8084),
  /** Health and figures of the KafkaSource double. */
  SOURCE_PORT: port(8085),
  KAFKA_PORT: port(9092),
  VALKEY_PORT: port(6379),
  /** A Kafka that runs already; then none is started. */
  KAFKA_BROKERS: z.union([z.undefined(), kafkaSettings.KAFKA_BROKERS], 'must be host:port,host:port…'),
  /** A Valkey that runs already; then none is started. */
  VALKEY_URL: z.union([z.undefined(), valkeyUrl], 'must be redis://host:port or host:port'),
  VALKEY_PREFIX: z.string().default(''),
  /** The folder of Kafka's and Valkey's data, logs, and what a run writes. */
  CAUDAL_DATA: z
    .string()
    .default(join(CAUDAL_DIR, 'data'))
    .transform((path) => resolve(path)),
}

export const settings = () => parseSettings(shape, process.env, { VALKEY_URL: ['VALKEY_ADDR'] })
export const knownDomains = () => withTopics(domains, process.env)

export type StartSettings = ReturnType<typeof settings>
