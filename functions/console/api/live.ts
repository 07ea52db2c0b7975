/**
 * The live stream (server-sent events). Each tick all watchers get the same encoded frame:
 *
 *   id: <cursor>        resumes here, by Last-Event-ID or ?after=
 *   event: frame
 *   data: <LiveFrame as JSON>
 *
 * A frame is whole: whoever missed some shows the next one. Only rows add up, and for them every row is either in a frame
 * that reaches the watcher or in `skipped` of the next one that does. A comment line (`: beat`) comes when nothing else
 * does, and `retry:` says how soon to come back. While Valkey is away frames go on, with `problem` and old boards.
 *
 * The first frame to a watcher that says where it was has what it missed: as many rows as a frame may have, the rest in
 * `skipped`. To one that does not say, it has the newest rows, and nothing is skipped.
 */
import * as z from 'zod'
import { Row } from './events.ts'
import { Board } from './figures.ts'
import { Pipeline, Proof } from './system.ts'

/** Rows that this watcher was not sent: `GET /api/events?domain=…&after=…&before=…` has those that are still kept. */
export const Skipped = z.object({
  domain: z.string(),
  rows: z.number(),
  /** For the query that loads them. */
  after: z.string(),
  before: z.string(),
  /** Of them, those that are no longer in the log. */
  lost: z.number(),
})

export const LiveFrame = z.object({
  /** Grows by one with each tick of this console; a smaller one than before: it was started again. */
  tick: z.number(),
  /** When it was made, by the console's clock: ages are counted from here. */
  nowMs: z.number(),
  /** What could not be read, in a sentence; null when all was. */
  problem: z.string().nullable(),
  boards: z.array(Board),
  pipeline: Pipeline,
  proof: Proof,
  /** New since the frame before, oldest first, of all domains. */
  rows: z.array(Row),
  skipped: z.array(Skipped),
  /** The log of a domain began anew (Valkey's data were forgotten): what is shown of it is of another time. */
  restarted: z.array(z.string()),
  watchers: z.number(),
})

export type Skipped = z.infer<typeof Skipped>
export type LiveFrame = z.infer<typeof LiveFrame>
