/**
 * Figures that are there before any event: Grafana's Redis source, and others, make an empty text of a key that is not
 * there. It never changes a figure that is there already, so that it may be done at any time, as often as one likes.
 */
import type { Domain } from '../../_core/domain.ts'
import { zerosOf } from '../../_core/effects/index.ts'
import type { ReadClient } from './asking.ts'

/** @param prefix comes before every key */
export async function seedZeros(
  client: ReadClient,
  domains: readonly Domain[],
  prefix: string,
): Promise<void> {
  const commands = domains
    .flatMap(zerosOf)
    .map(({ key, field, value }) =>
      field === undefined ? ['set', prefix + key, value, 'NX'] : ['hsetnx', prefix + key, field, value],
    )
  // A key that holds something else is no matter of this: the counter tells it, and counts nothing into it.
  if (commands.length > 0) await client.multi(commands).exec()
}
