/** The form: one event through one endpoint or, as a race, through several. */
import * as z from 'zod'

export const Endpoint = z.enum(['rest', 'bridge', 'grpc'])
export const SendTargets = z.object({
  /** False: the console was started without leave to send. */
  enabled: z.boolean(),
  /** Where each leads; one that is not configured is not there. */
  targets: z.array(z.object({ endpoint: Endpoint, address: z.string() })),
})
export const SendRequest = z.object({
  domain: z.string(),
  /** One after the other; each sends an event of its own. */
  endpoints: z.array(Endpoint).min(1).max(3),
  /** As a client would send it: it is the endpoint that checks it. */
  value: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  /** To see that the same key counts once; the endpoints then get the same key. */
  idempotencyKey: z.string().max(255).optional(),
})
export const SendResult = z.object({
  endpoint: Endpoint,
  /** Stored: it will be counted. */
  ok: z.boolean(),
  /** HTTP status, or google.rpc.Code for gRPC; null without an answer. */
  status: z.number().nullable(),
  /** What was answered. */
  answer: z.string(),
  /** Leads to its journey; null when it was not stored, or the endpoint does not say. */
  receipt: z.string().nullable(),
  /** From the first byte sent to the whole answer. */
  durationMs: z.number(),
  startedMs: z.number(),
  /** The trace that was asked for, so that its journey is followed. */
  traceparent: z.string(),
  /** The same by hand: curl or grpcurl. */
  command: z.string(),
})
export const SendAnswer = z.object({ results: z.array(SendResult) })

export type Endpoint = z.infer<typeof Endpoint>
export type SendTargets = z.infer<typeof SendTargets>
export type SendRequest = z.infer<typeof SendRequest>
export type SendResult = z.infer<typeof SendResult>
export type SendAnswer = z.infer<typeof SendAnswer>
