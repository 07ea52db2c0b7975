/** The proof as it is shown: the newest evidence, how old it is, and whether it may be believed. */

import { accountKey } from '../../_core/accounts.ts'
import type { Domain } from '../../_core/domain.ts'
import { deadLetterTopic } from '../../_core/registry.ts'
import { type Addresses, valkeyQuery } from '../addresses.ts'
import type { Board, Proof, Query } from '../api.ts'
import { STALE_MS } from '../limits.ts'
import type { Polled } from '../steps/poll.ts'
import { domainOfTopic, type Evidence, isAccounted } from './proof.ts'

export interface ProofPorts {
  readonly domains: readonly Domain[]
  readonly evidence: () => Polled<Evidence>
  readonly boards: () => readonly Board[]
  readonly addresses: Addresses
  readonly groupOf: (topic: string) => string
  readonly clock: () => number
}

export function proofOf(ports: ProofPorts): () => Proof {
  const queries = queriesOf(ports)
  return () => {
    const { value, problem } = ports.evidence()
    const base = { queries, asOfMs: null, kafkaAsOfMs: null, valkeyAsOfMs: null }
    if (value === undefined) {
      const reason = problem ?? 'Kafka was not asked yet'
      return { ...base, state: 'unknown', reason, topics: [] }
    }
    const { kafkaAsOfMs, valkeyAsOfMs } = value
    const asOfMs = Math.min(kafkaAsOfMs, valkeyAsOfMs)
    const topics = value.topics.map((topic) => {
      const domain = domainOfTopic(ports.domains, topic.topic)
      const board = ports.boards().find((one) => one.domain === domain?.name)
      const [eventsCounted, eventsDuplicate] = [board?.counted ?? 0, board?.duplicates ?? 0]
      return { ...topic, domain: domain?.name ?? '', eventsCounted, eventsDuplicate }
    })
    return {
      queries,
      topics,
      asOfMs,
      kafkaAsOfMs,
      valkeyAsOfMs,
      ...judged(value, problem, ports.clock() - asOfMs),
    }
  }
}

function judged(evidence: Evidence, problem: string | null, ageMs: number): Pick<Proof, 'state' | 'reason'> {
  if (!isAccounted(evidence)) {
    return { state: 'unknown', reason: 'the KafkaSource does not say where the records lie that it delivers' }
  }
  const broken = evidence.topics.filter(({ holds }) => !holds).map(({ topic, gap }) => `${gap} of ${topic}`)
  if (broken.length > 0) {
    return {
      state: 'broken',
      reason: `records that are committed and not accounted for: ${broken.join(', ')}`,
    }
  }
  if (ageMs > STALE_MS)
    return { state: 'stale', reason: problem ?? `nothing newer for ${Math.round(ageMs / 1000)} s` }
  return { state: 'holds', reason: null }
}

function queriesOf({ domains, addresses, groupOf }: ProofPorts): Query[] {
  return domains.flatMap(({ topic }): Query[] => [
    valkeyQuery(addresses, 'BITCOUNT', addresses.prefix + accountKey('counted', topic, 0, 0)),
    { tool: 'kafka', text: `kafka-consumer-groups.sh --describe --group ${groupOf(topic)}` },
    { tool: 'kafka', text: `kafka-get-offsets.sh --topic ${deadLetterTopic(topic)}` },
  ])
}
