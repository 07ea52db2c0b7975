/** The report as data: what `report.json` holds, and what `--from` takes. Histograms are raw, so nothing is lost in it. */
import * as z from 'zod'

const count = z.int().nonnegative()
const share = z.number().min(0).max(1)
const positive = z.number().nonnegative()
/** HdrHistogram V2, compressed, Base64; values in microseconds. */
const histogram = z.base64()
const byProcess = z.record(z.string(), z.number())

/** `unchecked`: nobody could tell what was counted. `lost`, `twice`: what was acknowledged is not what was counted. */
export const voidReason = z.enum(['unchecked', 'lost', 'twice', 'empty'])
export const flag = z.enum(['clientLimited', 'littlesLaw', 'notIdle', 'disturbed', 'failures', 'skipped'])
const loadKind = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('closed') }),
  /** Of the slower endpoint's capacity. */
  z.object({ kind: z.literal('open'), share, perSecond: positive }),
])

const cell = z.object({
  arm: z.string(),
  round: count,
  load: loadKind,
  seconds: positive,
  /** Acknowledged. */
  events: count,
  requests: count,
  unknown: count,
  refused: count,
  skipped: count,
  eventsPerS: positive,
  /** CPU microseconds per event, by process; the client's apart. */
  cpuUs: byProcess,
  clientUs: z.number(),
  /** Of the client's thread. */
  clientCore: positive,
  inFlight: positive,
  /** From when a request was due; from when it was sent. */
  latency: histogram,
  service: histogram,
  /** Cores that others took before the round, and in the cell. */
  idleCores: positive.optional(),
  otherCores: positive.optional(),
  voidBecause: voidReason.optional(),
  flags: z.array(flag),
})

const arm = z.object({
  name: z.string(),
  endpoint: z.enum(['rest', 'bulk', 'procesar', 'grpc', 'grpcBatch', 'bare']),
  question: z.enum(['endpoints', 'connections', 'batches', 'sizes', 'transport']),
  bytes: count,
  load: z.object({
    transport: z.enum(['http1', 'http2', 'grpc']),
    format: z.enum(['json', 'protobuf']),
    items: count.exactOptional(),
    connections: count,
    streams: count,
    extraBytes: count,
  }),
})

/** On the wire per event, as TCP carries it: HTTP's and HTTP/2's own bytes are in it, those of TCP and IP are not. */
const wire = z.object({
  arm: z.string(),
  sent: positive,
  received: positive,
  /** Of the first request on a new connection, with what opens it. */
  firstSent: positive,
  firstReceived: positive,
})

/** First calls of a round, each on a connection of its own. */
const firstCalls = z.object({
  arm: z.string(),
  round: count,
  latency: histogram,
  voidBecause: voidReason.optional(),
})

const serialisation = z.object({
  format: z.enum(['json', 'protobuf']),
  size: z.enum(['event', 'list', 'text']),
  round: count,
  bytes: positive,
  encodeNs: positive,
  decodeNs: positive,
})

const stamp = z.object({
  at: z.string(),
  commit: z.string(),
  node: z.string(),
  cpu: z.string(),
  cores: count,
  memoryMib: count,
  kernel: z.string(),
  command: z.string(),
  seed: count,
  /** Whose events were sent; earlier reports do not say it. */
  domain: z.string().exactOptional(),
  /** What it ran against: `stack` of its own, or an address. */
  against: z.string(),
})

export const reportSchema = z.object({
  version: z.literal(1),
  stamp,
  rounds: count,
  arms: z.array(arm),
  cells: z.array(cell),
  firstCalls: z.array(firstCalls),
  wire: z.array(wire),
  serialisation: z.array(serialisation),
})

export type Report = z.infer<typeof reportSchema>
export type Cell = z.infer<typeof cell>
export type LoadKind = z.infer<typeof loadKind>
export type Flag = z.infer<typeof flag>
export type VoidReason = z.infer<typeof voidReason>
export type Wire = z.infer<typeof wire>
export type FirstCalls = z.infer<typeof firstCalls>
export type Serialisation = z.infer<typeof serialisation>
export type Stamp = z.infer<typeof stamp>
