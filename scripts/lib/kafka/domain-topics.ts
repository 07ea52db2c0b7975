/** The topics of the domains, as they are on a cluster too (kafka/base/topics.yaml). */
import type { Domain } from '../../../functions/_core/domain.ts'
import { deadLetterTopic } from '../../../functions/_core/registry.ts'
import type { TopicSpec } from './create-topics.ts'

const DAY_MS = 24 * 3600 * 1000
const PARTITIONS = 6
/** Less than identities are remembered: a record that can still be read is never counted twice. */
const RETENTION_MS = 7 * DAY_MS
/** Somebody has to look at them. */
const DEAD_LETTER_RETENTION_MS = 30 * DAY_MS

export const topicsOf = (domains: readonly Domain[]): TopicSpec[] =>
  domains.flatMap(({ topic }) => [
    { topic, partitions: PARTITIONS, retentionMs: RETENTION_MS },
    { topic: deadLetterTopic(topic), partitions: 1, retentionMs: DEAD_LETTER_RETENTION_MS },
  ])
