/** How many are in each state of a life, for how long they were, and who has been in one for longest. */
import { figureKeys, keyIn, type Transition } from '../../_core/effects/transition-data.ts'
import { allStatesOf } from '../../_core/life.ts'
import { type TimeInState, timeInState } from '../../_core/time-in-state.ts'
import { Asking, type ReadClient, scored } from './asking.ts'

export interface StateFigures {
  readonly state: string
  readonly isFinal: boolean
  /** In it now. */
  readonly now: number
  /** Of those that left it. */
  readonly time: TimeInState
  /** Since when the one is in it that came first, in milliseconds; undefined: none, or the state is final. */
  readonly oldestMs: number | undefined
}

export interface LivesFigures {
  /** Those of the newest machine's line first. */
  readonly states: readonly StateFigures[]
  /** Events by how they were judged, and `negativo`: times below 0, which were taken for 0. */
  readonly cases: Readonly<Record<string, number>>
  /** Not in a final state, those that came into theirs first. */
  readonly oldest: readonly { readonly id: string; readonly state: string; readonly sinceMs: number }[]
}

/** @param top how many of the oldest */
export async function readLivesFigures(
  client: ReadClient,
  { figures, life }: Transition,
  { prefix, top }: { readonly prefix: string; readonly top: number },
): Promise<LivesFigures> {
  const asking = new Asking()
  const keys = figureKeys(prefix + figures)
  const finals = new Set(life.machines.flatMap(({ final }) => final))
  const counts = asking.hash(keys.states)
  const cases = asking.hash(keys.cases)
  const asked = allStatesOf(life).map((state) => ({
    state,
    isFinal: finals.has(state),
    time: asking.hash(keyIn(keys.times, state)),
    reply: asking.ask('zrange', keyIn(keys.live, state), '0', String(top - 1), 'WITHSCORES'),
  }))
  await asking.send(client)
  const inState = counts()
  const read = asked.map(({ reply, ...one }) => ({ ...one, first: scored(reply()) }))
  const oldest = read.flatMap(({ state, first }) =>
    first.map(({ member, score }) => ({ id: member, state, sinceMs: score })),
  )
  return {
    states: read.map(({ state, isFinal, time, first }) => ({
      ...{ state, isFinal },
      now: Number(inState[state] ?? 0),
      time: timeInState(time()),
      oldestMs: first[0]?.score,
    })),
    cases: Object.fromEntries(Object.entries(cases()).map(([name, count]) => [name, Number(count)])),
    oldest: oldest.sort((one, other) => one.sinceMs - other.sinceMs).slice(0, top),
  }
}
