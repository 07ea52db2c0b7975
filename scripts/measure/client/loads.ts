/** The kinds of load, each over the connections that a client keeps. */
import { setTimeout as pause } from 'node:timers/promises'
import { type Random, randomFrom } from '../../lib/statistics.ts'
import type { Pool } from '../events.ts'
import type { Ask, LoadResult } from './protocol.ts'
import { Recorder } from './recorder.ts'
import type { Sender } from './sender.ts'

export interface Load {
  /** One for each request that may be in flight: a connection comes as often as it has streams. */
  readonly lanes: readonly Sender[]
  readonly pool: Pool
  /** Events in a request. */
  readonly items: number
}

/** Starts that wait for a lane; one more is skipped. */
const WAITING_STARTS = 1_000
/** Node's shortest timer, in milliseconds: what is due meanwhile starts together, and its latency counts from its due time. */
const TICK_MS = 1
const MS = 1_000

/** Goes round the pool, the next events at each call. */
function rotation({ pool, items }: Load) {
  const { events } = pool
  let next = 0
  return () => {
    const places = Array.from({ length: items }, () => next++ % events.length)
    return { places, values: places.map((place) => events[place] ?? {}) }
  }
}

/** @param goesOn asked before each request of a lane, with how many that lane has sent */
export async function closedLoop(
  load: Load,
  goesOn: (elapsedMs: number, sent: number) => boolean,
): Promise<LoadResult> {
  const take = rotation(load)
  const recorder = new Recorder(load.pool.events.length)
  const keepSending = async (lane: Sender): Promise<void> => {
    for (let sent = 0; goesOn(recorder.elapsedMs, sent); sent++) {
      const { places, values } = take()
      const sentMs = recorder.begin()
      recorder.end(await lane.send(values), sentMs, sentMs, places)
    }
  }
  await Promise.all(load.lanes.map(keepSending))
  return recorder.result()
}

/** Latency counts from when a request was due, so that a slow answer is not hidden by what it kept from starting. */
export async function openLoop(
  load: Load,
  { seconds, perSecond, seed, isEven = false }: Omit<Extract<Ask, { kind: 'open' }>, 'kind'>,
): Promise<LoadResult> {
  const take = rotation(load)
  const recorder = new Recorder(load.pool.events.length)
  const free = [...load.lanes]
  const waiting: number[] = []
  const begunMs = performance.now()
  const run = async (lane: Sender, first: number): Promise<void> => {
    for (let due: number | undefined = first; due !== undefined; due = waiting.shift()) {
      const { places, values } = take()
      const sentMs = recorder.begin()
      recorder.end(await lane.send(values), begunMs + due, sentMs, places)
    }
    free.push(lane)
  }
  const running = new Set<Promise<void>>()
  const start = (due: number): void => {
    const lane = free.shift()
    if (lane !== undefined) {
      const request = run(lane, due).finally(() => running.delete(request))
      running.add(request)
    } else if (waiting.length < WAITING_STARTS) waiting.push(due)
    else recorder.skip()
  }
  const untilMs = seconds * MS
  const starts = isEven ? evenStarts(perSecond, untilMs) : poissonStarts(perSecond, untilMs, randomFrom(seed))
  for (let next = starts.next(); !next.done; await pause(TICK_MS)) {
    const elapsedMs = performance.now() - begunMs
    for (; !next.done && next.value <= elapsedMs; next = starts.next()) start(next.value)
  }
  await Promise.all(running)
  return recorder.result()
}

/** Milliseconds from the beginning: gaps are exponential, as of many clients that know nothing of each other. */
function* poissonStarts(perSecond: number, untilMs: number, random: Random): Generator<number, undefined> {
  for (let atMs = 0; ; ) {
    atMs -= (Math.log(1 - random()) * MS) / perSecond
    if (atMs >= untilMs) return
    yield atMs
  }
}

/** One every so often, as other tools do it. */
function* evenStarts(perSecond: number, untilMs: number): Generator<number, undefined> {
  for (let count = 0; (count * MS) / perSecond < untilMs; count++) yield (count * MS) / perSecond
}
