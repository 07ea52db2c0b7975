/**
 * What the KafkaSources are called, on one machine as on a cluster (knative/base/sources.yaml, which a test compares):
 * one source and one consumer group for each topic, and each function that reads it.
 */

import { domains } from '../../../functions/_core/domains/index.ts'
import { topicsOf } from '../../../functions/_core/registry.ts'

export const NAMESPACE = 'blackfriday'
/** Keys arrive as Base64, whatever bytes they have: the label `kafkasources.sources.knative.dev/key-type`. */
export const KEY_TYPE = 'byte-array'

/** The function whose sources are the pipeline's own. */
export const PIPELINE_READER = 'aggregator'

const DNS_LABEL_CHARS = 63
const usual: ReadonlySet<string> = new Set(topicsOf(domains))

/**
 * The first word of a topic that is ours. A topic that was chosen by settings names its source in full, so that two
 * systems on one Kafka are never in one group.
 */
export function sourceName(topic: string, reader: string = PIPELINE_READER): string {
  const [first = topic] = usual.has(topic) ? topic.split('-') : [topic]
  const word = reader === PIPELINE_READER ? first : `${first}-${reader}`
  const label = word.toLowerCase().replace(/[^a-z0-9-]/g, '-')
  return label.slice(0, DNS_LABEL_CHARS).replace(/^-+|-+$/g, '') || 'topic'
}

/** `topic=group`, separated by commas. */
export const consumerGroups = (topics: readonly string[]): string =>
  topics.map((topic) => `${topic}=${consumerGroup(topic)}`).join(',')

export const consumerGroup = (topic: string, reader: string = PIPELINE_READER): string =>
  `${reader}-${usual.has(topic) ? sourceName(topic) : topic}`
