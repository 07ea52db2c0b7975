/** In which order arms take turns: ABBA, so that what changes slowly (heat, caches, the log's size) meets all alike. */

import { idleCores, type OthersMeter } from '../machine.ts'

/** @returns for each round the arms, there and back in turns: A B C, C B A, A B C, … */
export const abba = <Arm>(arms: readonly Arm[], rounds: number): readonly (readonly Arm[])[] =>
  Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? arms : arms.toReversed()))

/** How long it is looked at whether the machine is idle, before each round. */
const IDLE_LOOK_MS = 200

/** Fewer give no interval; so many are measured however long they take. */
const LEAST_ROUNDS = 3

/**
 * @param endMs by `performance.now()`: a round that would not be over by then is not begun
 * @param take called for each turn of each round, one after the other, with the cores that others took before the round
 * @returns rounds measured
 */
export async function inTurns<Turn>(
  turns: readonly Turn[],
  { rounds, endMs }: { readonly rounds: number; readonly endMs: number },
  others: OthersMeter,
  take: (turn: Turn, at: { readonly round: number; readonly idleCores: number | undefined }) => Promise<void>,
): Promise<number> {
  const startMs = performance.now()
  for (const [round, ordered] of abba(turns, rounds).entries()) {
    const nowMs = performance.now()
    if (round >= LEAST_ROUNDS && nowMs + (nowMs - startMs) / round > endMs) return round
    const idle = await idleCores(others, IDLE_LOOK_MS)
    for (const turn of ordered) await take(turn, { round, idleCores: idle })
  }
  return rounds
}
