/** What the sources read from their environment: one for each topic, all with the same settings, those of the manifests. */
import { z } from 'zod'
import { deadLetterTopic } from '../../functions/_core/registry.ts'
import { localAddress, PORTS } from '../../functions/_core/topology.ts'
import {
  commonSettings,
  httpUrl,
  kafkaSettings,
  parseSettings,
  port,
} from '../../functions/_runtime/settings.ts'
import { KEY_TYPE, NAMESPACE, PIPELINE_READER } from '../lib/kafka/source-names.ts'

const topics = z
  .string('must be topics, separated by commas')
  .transform((text) => text.split(','))
  .pipe(z.array(z.string().regex(/^[\w.-]+$/, 'must be topics, separated by commas')).min(1))

const pairs = z
  .string()
  .default('')
  .transform((text) => (text === '' ? [] : text.split(',').map((pair) => pair.split('='))))
  .pipe(z.array(z.tuple([z.string().min(1), z.string().min(1)], 'must be topic=dead letter topic,…')))
  .transform((entries) => new Map(entries))

const milliseconds = (fallback: number) => z.coerce.number().int().min(1).default(fallback)
const dnsLabel = (fallback: string) =>
  z
    .string()
    .regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/, 'must be a DNS label')
    .default(fallback)

const settings = {
  LOG_LEVEL: commonSettings.LOG_LEVEL,
  ...kafkaSettings,
  TOPICS: topics,
  /** The function that they deliver to: part of the names of groups and sources. */
  READER: dnsLabel(PIPELINE_READER),
  /** False: sources without, which lose what the sink does not take. */
  DEAD_LETTER_SINK: z.stringbool().default(true),
  /** `topic=dead letter topic`, where it is not the usual name. */
  DEAD_LETTER_TOPICS: pairs,
  SINK_URL: httpUrl(`http://${localAddress('AGGREGATOR_PORT')}/`),
  ORDERING: z.enum(['ordered', 'unordered']).default('unordered'),
  /** Topics that are delivered in order whatever the others are. */
  ORDERED_TOPICS: topics.optional(),
  MAX_POLL_RECORDS: z.coerce.number().int().min(1).default(50),
  /** The `delivery` block of a KafkaSource. */
  RETRY: z.coerce.number().int().min(0).default(128),
  BACKOFF_POLICY: z.enum(['exponential', 'linear']).default('linear'),
  BACKOFF_DELAY_MS: milliseconds(200),
  TIMEOUT_MS: milliseconds(10_000),
  COMMIT_INTERVAL_MS: milliseconds(1_000),
  NAMESPACE: dnsLabel(NAMESPACE),
  KEY_TYPE: z.enum(['string', 'int', 'byte-array']).default(KEY_TYPE),
  /** As the newest versions of KafkaSource do. */
  ADD_POSITION: z.stringbool().default(false),
  HTTP_PORT: port(PORTS.SOURCE_PORT),
}

export function readSettings(environment: NodeJS.ProcessEnv) {
  const { DEAD_LETTER_TOPICS, ...rest } = parseSettings(settings, environment)
  return {
    ...rest,
    deadLetterTopicOf: (topic: string): string => DEAD_LETTER_TOPICS.get(topic) ?? deadLetterTopic(topic),
  }
}

export type SourceSettings = ReturnType<typeof readSettings>
