/** The log, dead letters, and the journey of one event. */
import * as z from 'zod'

/** One counted event. Its values are texts, as the stream keeps them. */
export const Row = z.object({
  domain: z.string(),
  /** Its place in the log of its domain, from 1 on, without holes: between 7 and 10 two are missing. */
  number: z.number(),
  /** The entry's id in the stream of its domain: `1732712400000-3`. */
  entry: z.string(),
  /** When it was counted. */
  countedMs: z.number(),
  /** When it happened, by its own word. */
  time: z.string(),
  source: z.string(),
  id: z.string(),
  /** `<source>#<id>`: what a client was given. */
  receipt: z.string(),
  value: z.record(z.string(), z.string()),
})

/** A place in the logs of all domains, opaque: what `id:` of a frame, `Last-Event-ID`, `?after=` and `?before=` carry. */
export const Cursor = z.string()

export const EventPage = z.object({
  asOfMs: z.number(),
  /** Null: as of now. */
  atMs: z.number().nullable(),
  /** Newest first, by the time they were counted. */
  rows: z.array(Row),
  /** Of the next page: older events. Null at the end of what is kept or of what was asked for. */
  next: Cursor.nullable(),
  /** Where the live stream goes on after the newest row of this page. */
  cursor: Cursor,
  /** Rows looked at: a filter that finds little looks at many. */
  scanned: z.number(),
  /** By domain: the oldest that is kept, and how many ever were; older ones are only in Kafka. */
  kept: z.record(
    z.string(),
    z.object({ rows: z.number(), total: z.number(), oldestMs: z.number().nullable() }),
  ),
})

/** A step that is not known says why not. */
const known = z.object({
  atMs: z.number().nullable(),
  /** In English; pages that speak other languages make their own of `says`. */
  detail: z.string(),
  says: z.object({
    id: z.enum([
      'ownIdentity',
      'identified',
      'passed',
      'record',
      'stored',
      'notKnown',
      'counted',
      'countedWith',
      'notCounted',
      'marked',
      'notMarked',
    ]),
    /** `record`: topic, partition, offset, event, packed. `countedWith`: events. */
    values: z.record(z.string(), z.union([z.string(), z.number()])),
  }),
})
export const JourneyChange = z.object({
  key: z.string(),
  /** Of a hash or sorted set. */
  field: z.string().nullable(),
  /** Null: there was none. */
  before: z.string().nullable(),
  after: z.string(),
})
/** Where the event lies in Kafka. */
export const JourneyRecord = z.object({
  topic: z.string(),
  partition: z.number(),
  offset: z.number(),
  /** Events in the same record, and which of them it is, from 0: 1 and 0 for a record that is one event. */
  packed: z.number(),
  index: z.number(),
})
export const JourneyVerdict = z.enum(['counted', 'waiting', 'dead', 'unknown'])

export const Journey = z.object({
  receipt: z.string(),
  asOfMs: z.number(),
  domain: z.string().nullable(),
  source: z.string(),
  id: z.string(),
  value: z.record(z.string(), z.string()).nullable(),
  verdict: JourneyVerdict,
  /** Why it is that verdict, in a sentence. */
  why: z.string(),
  /**
   * Whether the counting itself wrote down what it did: for events that ask (a `traceparent` whose sampled flag is set) and
   * for a sample. All others are told from their identity, their mark and the log; `record` and `changes` are null then.
   */
  isFollowed: z.boolean(),
  /** In the order of the way: endpoint, bridge, publisher, kafka, aggregator, valkey. A step it did not take is not there. */
  steps: z.array(
    z.object({ step: z.string(), instance: z.string().nullable(), ...known.shape, isKnown: z.boolean() }),
  ),
  record: JourneyRecord.nullable(),
  /** The call of the script it was counted with: events in it. */
  batch: z.number().nullable(),
  /** When it was counted. */
  countedMs: z.number().nullable(),
  /** Old and new value of every aggregate it changed. */
  changes: z.array(JourneyChange).nullable(),
  /** Further deliveries of the same event that changed nothing, as far as they were followed. */
  repeats: z.array(z.object({ atMs: z.number(), record: JourneyRecord.nullable() })),
  row: Row.nullable(),
  traceparent: z.string().nullable(),
})
export const JourneyPage = z.object({
  asOfMs: z.number(),
  items: z.array(
    z.object({
      receipt: z.string(),
      domain: z.string(),
      verdict: z.enum(['counted', 'duplicate']),
      atMs: z.number(),
    }),
  ),
})

export const DeadLetter = z.object({
  entry: z.string(),
  domain: z.string().nullable(),
  atMs: z.number(),
  /** The closed table's code: `invalid`, `malformed`, … */
  reason: z.string(),
  detail: z.string(),
  /** What was wrong, field by field. */
  errors: z.array(z.object({ field: z.string(), detail: z.string() })),
  /** The beginning of what was sent, and how long the whole is. */
  payload: z.string(),
  payloadBytes: z.number(),
  contentType: z.string().nullable(),
  receipt: z.string().nullable(),
  record: JourneyRecord.nullable(),
})
export const DeadLetterPage = z.object({
  asOfMs: z.number(),
  items: z.array(DeadLetter),
  next: z.string().nullable(),
  /** By topic of the events: records in its dead letter topic, by Kafka; null when Kafka is not asked. */
  totals: z.record(z.string(), z.number()).nullable(),
  /** How to read all of them. */
  queries: z.array(z.object({ tool: z.string(), text: z.string() })),
})

export type Row = z.infer<typeof Row>
export type Cursor = z.infer<typeof Cursor>
export type EventPage = z.infer<typeof EventPage>
export type JourneyChange = z.infer<typeof JourneyChange>
export type JourneyRecord = z.infer<typeof JourneyRecord>
export type JourneyVerdict = z.infer<typeof JourneyVerdict>
export type Journey = z.infer<typeof Journey>
export type JourneyPage = z.infer<typeof JourneyPage>
export type DeadLetter = z.infer<typeof DeadLetter>
export type DeadLetterPage = z.infer<typeof DeadLetterPage>
export type JourneySays = z.infer<typeof known>['says']
