/** In which order arms take turns: ABBA, so that what changes slowly (heat, caches, the log's size) meets all alike. */

/** @returns for each round the arms, there and back in turns: A B C, C B A, A B C, … */
export const abba = <Arm>(arms: readonly Arm[], rounds: number): readonly (readonly Arm[])[] =>
  Array.from({ length: rounds }, (_, round) => (round % 2 === 0 ? arms : arms.toReversed()))
