/** The kafkajs client as every process of ours wants it: quiet, bounded, with SASL and TLS where the cluster has them. */
import { Kafka, type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs'
import type { Logger } from '../../_core/ports.ts'

export interface KafkaSettings {
  readonly KAFKA_BROKERS: readonly string[]
  readonly KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512' | undefined
  readonly KAFKA_SASL_USERNAME?: string | undefined
  readonly KAFKA_SASL_PASSWORD?: string | undefined
  readonly KAFKA_SSL?: boolean | undefined
}

const CONNECTION_TIMEOUT_MS = 3_000
const REQUEST_TIMEOUT_MS = 3_500

export function kafkaClient(clientId: string, settings: KafkaSettings, log: Logger): Kafka {
  const config: KafkaConfig = {
    clientId,
    brokers: [...settings.KAFKA_BROKERS],
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    authenticationTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 3 },
    logLevel: logLevel.WARN,
    logCreator: () => (entry) => {
      const { message, broker, error } = entry.log
      log.warn({ broker, error, namespace: entry.namespace }, message)
    },
  }
  if (settings.KAFKA_SSL !== undefined) config.ssl = settings.KAFKA_SSL
  const sasl = saslOf(settings)
  if (sasl !== undefined) config.sasl = sasl
  return new Kafka(config)
}

function saslOf({ KAFKA_SASL_MECHANISM, KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD }: KafkaSettings) {
  if (KAFKA_SASL_MECHANISM === undefined) return undefined
  return {
    mechanism: KAFKA_SASL_MECHANISM,
    username: KAFKA_SASL_USERNAME ?? '',
    password: KAFKA_SASL_PASSWORD ?? '',
  } as SASLOptions
}
