/** What became of one entity: state, since when, history, what was refused, what is allowed next. */
import { type LivesReader, livesReader } from '../_adapters/valkey/lives.ts'
import { readLivesFigures } from '../_adapters/valkey/lives-figures.ts'
import type { Domain } from '../_core/domain.ts'
import { figureKeys, keyIn, transitionOf } from '../_core/effects/transition-data.ts'
import { Failure } from '../_core/errors.ts'
import { newestOf } from '../_core/life.ts'
import { timestampOf } from '../_core/time.ts'
import { averageSeconds, quantileSeconds } from '../_core/time-in-state.ts'
import { type Addresses, httpQuery, valkeyQuery } from './addresses.ts'
import type { Life, Lives } from './api.ts'
import type { Source } from './reading.ts'

/** As many of the oldest as people look at. */
const OLDEST = 20
const SHARES = { p50S: 0.5, p95S: 0.95 } as const

export async function livesNow(
  { client, prefix, clock }: Source,
  domain: Domain,
  addresses: Addresses,
): Promise<Lives> {
  const effect = transitionOf(domain)
  if (effect === undefined) throw new Failure('notFound', `${domain.name} has no lives`)
  const { states, cases, oldest } = await readLivesFigures(client, effect, { prefix, top: OLDEST })
  const { version, line, moves } = newestOf(effect.life)
  const keys = figureKeys(prefix + effect.figures)
  const [first = ''] = line
  return {
    asOfMs: clock(),
    queries: [
      valkeyQuery(addresses, 'HGETALL', keys.states),
      valkeyQuery(addresses, 'HGETALL', keyIn(keys.times, first)),
      valkeyQuery(addresses, 'ZRANGE', keyIn(keys.live, first), '0', '9', 'WITHSCORES'),
      httpQuery(addresses, `/api/lives/${domain.name}`),
    ],
    version,
    linea: [...line],
    movimientos: moves.map(({ event, from, to, by }) => ({
      evento: event,
      de: [...from],
      a: to,
      actores: [...by],
    })),
    estados: states.map(({ state, isFinal, now, time }) => ({
      estado: state,
      final: isFinal,
      ahora: now,
      salieron: time.count,
      promedioS: averageSeconds(time),
      p50S: quantileSeconds(time, SHARES.p50S),
      p95S: quantileSeconds(time, SHARES.p95S),
    })),
    casos: { ...cases },
    detenidos: oldest.map(({ id, state, sinceMs }) => ({ id, estado: state, desdeMs: sinceMs })),
  }
}

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
