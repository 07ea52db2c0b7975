/** The rule by which two arms differ, or do not. */
import type { Interval } from '../../lib/statistics.ts'

/** `less`, `more`: the other has less or more. `same`: nothing beyond the noise. `void`: it was not measured. */
export type Outcome = 'less' | 'more' | 'same' | 'void'

/**
 * A difference counts when its interval leaves out "none", and when it is larger than what the same thing measured twice
 * differs by: intervals alone would call every drift of the machine a difference.
 *
 * @param ratio of the other to the first
 * @param floor of the noise: 0.05 is five per cent either way
 */
export function judge(ratio: Interval | undefined, floor: number | undefined): Outcome {
  if (ratio === undefined || floor === undefined) return 'void'
  if (ratio.high < 1 && 1 / ratio.estimate > 1 + floor) return 'less'
  if (ratio.low > 1 && ratio.estimate > 1 + floor) return 'more'
  return 'same'
}
