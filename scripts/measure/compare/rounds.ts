/** In which order arms take turns: ABBA, so that what changes slowly (heat, caches, the log's size) meets all alike. */

import { idleCores, type OthersMeter } from '../machine.ts'

/** @returns for each round the arms, there and back in turns: A B C, C B A, A B C, … */
export const abba = <Arm>(arms: readonly Arm[], rounds: number): readonly (readonly Arm[])[] =>
  Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? arms : arms.toReversed()))

/** How long it is looked at whether the machine is idle, before each round. */
const IDLE_LOOK_MS = 200

/** @param take called for each turn of each round, one after the other, with the cores that others took before the round */
export async function inTurns<Turn>(
  turns: readonly Turn[],
  rounds: number,
  others: OthersMeter,
  take: (turn: Turn, at: { readonly round: number; readonly idleCores: number | undefined }) => Promise<void>,
): Promise<void> {
  for (const [round, ordered] of abba(turns, rounds).entries()) {
    const idle = await idleCores(others, IDLE_LOOK_MS)
    for (const turn of ordered) await take(turn, { round, idleCores: idle })
  }
}
