/** How the system is: its steps, what holds it up, and whether everything accepted is accounted for. */
import * as z from 'zod'
import { Query } from './figures.ts'

/** Null: nothing is known, never 0. Rates and quantiles are of the time between the last two readings. */
const number = z.number().nullable()

export const Step = z.object({
  /** `ingest`, `bridge`, `publisher`, `kafka`, `aggregator`, `valkey`. */
  name: z.string(),
  /** What calls it. */
  from: z.array(z.string()),
  /** Unknown: nobody told the console where to ask. */
  state: z.enum(['up', 'away', 'unknown']),
  /** Why it is not up. */
  reason: z.string().nullable(),
  asOfMs: number,
  replicas: number,
  /** Items per second: events, records or calls, as `unit` says. */
  perSecond: number,
  unit: z.enum(['events', 'records', 'requests']),
  p50Ms: number,
  p99Ms: number,
  /** Items in one call to the next step. */
  batchItems: number,
  queueItems: number,
  queueLimit: number,
  errorsPerSecond: number,
  retriesPerSecond: number,
  /** Records (Kafka) that are not counted yet. */
  lag: number,
  cpu: number,
  memoryBytes: number,
  queries: z.array(Query),
})

/** A figure that a rule was judged by. */
export const Looked = z.object({
  /** Null: of the whole pipeline. */
  step: z.string().nullable(),
  /** A state's name where the unit is `state`. */
  value: z.union([z.string(), z.number()]),
  unit: z.enum(['state', 'percent', 'records', 'perSecond', 'cores', 'ms']),
})
/**
 * A rule is tried in order; the first that holds names the bottleneck. `rule` and `detail` are in English; pages that speak
 * other languages make their own of `id` with `bounds`, and of `looked`.
 */
export const Rule = z.object({
  /** Names the message: `away`, `queueFull`, `lagGrows`, … */
  id: z.string(),
  /** The rule itself, with its bounds: "more records wait at each of 3 readings, …". */
  rule: z.string(),
  bounds: z.record(z.string(), z.number()),
  holds: z.boolean(),
  /** The figures it was judged by; none when nothing is known. */
  detail: z.string(),
  looked: z.array(Looked),
})
export const Bottleneck = z.object({
  /** The id of the rule that holds; `none` when none does; `unknown` when there is nothing to judge by. */
  id: z.string(),
  /** The step it is about. */
  step: z.string().nullable(),
  /** In English; pages that speak other languages make their own of `id` and `values`. */
  sentence: z.string(),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
  rules: z.array(Rule),
})

export const Pipeline = z.object({
  asOfMs: z.number(),
  steps: z.array(Step),
  bottleneck: Bottleneck,
})

export const PartitionProof = z.object({
  topic: z.string(),
  partition: z.number(),
  /** accepted = counted + waiting + dead + gap, in records. */
  accepted: z.number(),
  counted: z.number(),
  waiting: z.number(),
  dead: z.number(),
  /**
   * Records that are committed and nobody accounts for; 0 is what is to be proven. Records that the source gave up are in it
   * too: they are dead letters of the topic, and Kafka does not say of which partition.
   */
  gap: z.number(),
  /** The first of them: offsets from (inclusive) to (exclusive). */
  gaps: z.array(z.object({ from: z.number(), to: z.number() })),
})
export const TopicProof = z.object({
  domain: z.string(),
  topic: z.string(),
  holds: z.boolean(),
  /** Null: see `reason`. */
  accepted: number,
  counted: number,
  waiting: number,
  dead: number,
  gap: number,
  partitions: z.array(PartitionProof),
  /** Events, by Valkey's own counters: a record carries one or many. */
  eventsCounted: z.number(),
  eventsDuplicate: z.number(),
})
/** Why a proof is not `holds`, for pages of any language. */
export const ProofCause = z.object({
  /**
   * `notAsked`: nothing was read yet. `problem`: it could not be read, for `problem`. `unaccounted`: KafkaSource does not say
   * where its records lie. `missing`: records by topic. `old`: nothing newer for `seconds`.
   */
  id: z.enum(['notAsked', 'problem', 'unaccounted', 'missing', 'old']),
  values: z.record(z.string(), z.union([z.string(), z.number()])),
})
export const Proof = z.object({
  /** `holds`: every equation is true, with all figures known and fresh. `unknown` is never green. */
  state: z.enum(['holds', 'broken', 'unknown', 'stale']),
  /** Why it is not `holds`, in English. */
  reason: z.string().nullable(),
  cause: ProofCause.nullable(),
  /** The oldest of what it is made of. */
  asOfMs: z.number().nullable(),
  kafkaAsOfMs: z.number().nullable(),
  valkeyAsOfMs: z.number().nullable(),
  topics: z.array(TopicProof),
  queries: z.array(Query),
})

export type Step = z.infer<typeof Step>
export type Looked = z.infer<typeof Looked>
export type Rule = z.infer<typeof Rule>
export type Bottleneck = z.infer<typeof Bottleneck>
export type Pipeline = z.infer<typeof Pipeline>
export type PartitionProof = z.infer<typeof PartitionProof>
export type TopicProof = z.infer<typeof TopicProof>
export type ProofCause = z.infer<typeof ProofCause>
export type Proof = z.infer<typeof Proof>
