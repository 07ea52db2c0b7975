/**
 * Bodies on their way: what has come of each counts in a budget until its request is answered.
 *
 * A short one is read whole before the app is asked, and handed over where hono's adapter looks for one that is there
 * already (`rawBody`): a promise and four event listeners less for each request. The app reads long bodies, and those
 * that don't say their length, while it bounds them. Who breaks off in the middle of a short body is not answered.
 */
import { on } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ByteBudget, Hold } from '../../_core/byte-budget.ts'
import { Failure } from '../../_core/errors.ts'
import { SINGLE_BODY_BYTES } from '../../_core/limits.ts'
import { takeTurn } from '../turns.ts'

export type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => unknown

/** What is handed over beside a request that has a body. */
export interface Arrival {
  /** A short body. */
  readonly rawBody?: Buffer
  /** Why a short body was not waited for. */
  readonly refusal?: Failure
  /** What the body has of the budget: it takes more for what it is decoded to. */
  readonly held?: Hold
  /** Aborted when a long body is not waited for any more; its reason is the Failure. */
  readonly givenUp?: AbortSignal
}

export function withArrivals(listener: Listener, bodies: ByteBudget): Listener {
  return (incoming, outgoing) => {
    const { 'content-length': length, 'transfer-encoding': coding } = incoming.headers
    const bytes = Number(length)
    if (bytes <= SINGLE_BODY_BYTES) readShort({ incoming, outgoing, bytes }, listener, bodies)
    else if (length !== undefined || coding !== undefined) handLong(incoming, outgoing, listener, bodies)
    else listener(incoming, outgoing)
  }
}

interface Short {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  /** As its header says. */
  readonly bytes: number
}

function readShort({ incoming, outgoing, bytes }: Short, listener: Listener, bodies: ByteBudget): void {
  const chunks: Buffer[] = []
  let isAsked = false
  const ask = (arrival: Arrival): void => {
    isAsked = true
    listener(Object.assign(incoming, arrival), outgoing)
  }
  const held = bodies.open((refusal) => {
    chunks.length = 0
    // Thousands may give way at once, and each answer is written to a socket of its own.
    if (!isAsked) void takeTurn().then(() => ask({ refusal }))
  })
  incoming.on('data', (chunk: Buffer) => {
    if (held.take(chunk.length, held.bytes + chunk.length === bytes)) chunks.push(chunk)
  })
  incoming.on('end', () => {
    if (held.refusal !== undefined) return
    held.whole()
    const [first] = chunks
    ask({ rawBody: chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks), held })
  })
  outgoing.on('close', () => held.free())
}

function handLong(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  listener: Listener,
  bodies: ByteBudget,
): void {
  const controller = new AbortController()
  const held = bodies.open((failure) => controller.abort(failure))
  outgoing.on('close', () => held.free())
  listener(Object.assign(incoming, { held, givenUp: controller.signal }), outgoing)
}

/** Chunks that wait to be used, at most: then the socket is read no further. */
const WAITING_CHUNKS = 2

/** @throws the signal's reason, or Failure `malformed` when the client breaks off */
export async function* arrivingChunks(
  incoming: IncomingMessage,
  signal: AbortSignal,
): AsyncGenerator<Buffer, void> {
  if (incoming.destroyed) throw cutOff()
  const options = { signal, close: ['end', 'close'], highWaterMark: WAITING_CHUNKS, lowWaterMark: 1 }
  try {
    for await (const [chunk] of on(incoming, 'data', options)) yield chunk
  } catch {
    throw signal.aborted ? signal.reason : cutOff()
  }
  if (!incoming.complete) throw cutOff()
}

/** The client vanished in the middle: nobody reads this answer, but the metrics do. */
const cutOff = (): Failure => new Failure('malformed', 'the body ends too early')
