/** What became of one entity: state, since when, history, what was refused, what is allowed next. */
import { type LivesReader, livesReader } from '../_adapters/valkey/lives.ts'
import type { Domain } from '../_core/domain.ts'
import { Failure } from '../_core/errors.ts'
import { timestampOf } from '../_core/time.ts'
import type { Life } from './api.ts'
import type { Source } from './reading.ts'

type Known = NonNullable<Awaited<ReturnType<LivesReader['life']>>>

/** @throws Failure `notFound` */
export async function lifeNow({ client, prefix }: Source, domain: Domain, id: string): Promise<Life> {
  const life = await livesReader(client, { prefix }).life(domain, id)
  if (life === undefined) throw new Failure('notFound', `nobody knows ${id}, or not yet`)
  return answerOf(life)
}

const answerOf = ({ id, state, sinceMs, version, data, history, refused, allowed }: Known): Life => ({
  id,
  estado: state,
  desde: timestampOf(sinceMs),
  version,
  datos: { ...data },
  historia: [...history],
  rechazados: refused.map((one) => ({
    n: 0,
    caso: 'rechazado',
    a: '',
    ...one,
    permitidos: [...one.permitidos],
  })),
  permitidos: allowed.map(({ event, to, by }) => ({ evento: event, a: to, actores: [...by] })),
})
