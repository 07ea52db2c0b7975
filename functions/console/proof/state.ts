/** The proof as it is shown: the newest evidence, how old it is, and whether it may be believed. */

import { accountKey } from '../../_core/accounts.ts'
import type { Domain } from '../../_core/domain.ts'
import { deadLetterTopic, topicsOf } from '../../_core/registry.ts'
import { type Addresses, valkeyQuery } from '../addresses.ts'
import type { Board, Proof, ProofCause, Query } from '../api.ts'
import { STALE_MS } from '../limits.ts'
import type { Polled } from '../steps/poll.ts'
import { domainsOfTopic, type Evidence, isAccounted } from './proof.ts'

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
      const cause: ProofCause = problem === null ? { id: 'notAsked', values: {} } : causeOf(problem)
      return { ...base, state: 'unknown', ...told(cause), topics: [] }
    }
    const { kafkaAsOfMs, valkeyAsOfMs } = value
    const asOfMs = Math.min(kafkaAsOfMs, valkeyAsOfMs)
    const topics = value.topics.map((topic) => {
      const names = domainsOfTopic(ports.domains, topic.topic).map(({ name }) => name)
      const boards = ports.boards().filter((one) => names.includes(one.domain))
      const eventsCounted = boards.reduce((sum, { counted }) => sum + counted, 0)
      const eventsDuplicate = boards.reduce((sum, { duplicates }) => sum + duplicates, 0)
      return { ...topic, domain: names[0] ?? '', eventsCounted, eventsDuplicate }
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

const causeOf = (problem: string): ProofCause => ({ id: 'problem', values: { problem } })

function judged(
  evidence: Evidence,
  problem: string | null,
  ageMs: number,
): Pick<Proof, 'state' | 'reason' | 'cause'> {
  if (!isAccounted(evidence)) return { state: 'unknown', ...told({ id: 'unaccounted', values: {} }) }
  const broken = evidence.topics.filter(({ holds }) => !holds).map(({ topic, gap }) => [topic, gap ?? 0])
  if (broken.length > 0) {
    return { state: 'broken', ...told({ id: 'missing', values: Object.fromEntries(broken) }) }
  }
  if (ageMs <= STALE_MS) return { state: 'holds', reason: null, cause: null }
  const old: ProofCause = { id: 'old', values: { seconds: Math.round(ageMs / 1000) } }
  return { state: 'stale', ...told(problem === null ? old : causeOf(problem)) }
}

function told(cause: ProofCause): Pick<Proof, 'reason' | 'cause'> {
  return { cause, reason: inEnglish(cause) }
}

function inEnglish({ id, values }: ProofCause): string {
  switch (id) {
    case 'notAsked':
      return 'Kafka was not asked yet'
    case 'problem':
      return String(values.problem)
    case 'unaccounted':
      return 'the KafkaSource does not say where the records lie that it delivers'
    case 'missing': {
      const topics = Object.entries(values).map(([topic, gap]) => `${gap} of ${topic}`)
      return `records that are committed and not accounted for: ${topics.join(', ')}`
    }
    case 'old':
      return `nothing newer for ${values.seconds} s`
  }
}

function queriesOf({ domains, addresses, groupOf }: ProofPorts): Query[] {
  return topicsOf(domains).flatMap((topic): Query[] => [
    valkeyQuery(addresses, 'BITCOUNT', addresses.prefix + accountKey('counted', topic, 0, 0)),
    { tool: 'kafka', text: `kafka-consumer-groups.sh --describe --group ${groupOf(topic)}` },
    { tool: 'kafka', text: `kafka-get-offsets.sh --topic ${deadLetterTopic(topic)}` },
  ])
}
