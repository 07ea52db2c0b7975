/** What every counter does, whatever it counts into. */
import { expect, test } from 'vitest'
import type { EventCounter, OnCountResult } from '../_core/counting.ts'
import { sales } from '../_core/domains/sales.ts'
import { votes } from '../_core/domains/votes.ts'
import type { Event } from '../_core/event.ts'
import { idempotencySource } from '../_core/idempotency.ts'
import type { Snapshot } from '../_core/snapshot.ts'
import { NOW, SOURCE } from './ports.ts'

export interface CounterUnderTest extends EventCounter {
  snapshot(): Promise<Snapshot> | Snapshot
}

export type MakeCounter = (onCountResult?: OnCountResult) => CounterUnderTest

const time = new Date(NOW).toISOString()

export function saleOf(id: string | number, change: Record<string, string | number> = {}): Event {
  const value = { categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3, ...change }
  return { id: String(id), source: SOURCE, time, domain: sales, value }
}

export function voteOf(id: string | number, change: Record<string, string | number> = {}): Event {
  const value = { name: 'Los Prisioneros', album: 'Corazones', year: 1990, rank: 1, ...change }
  return { id: String(id), source: SOURCE, time, domain: votes, value }
}

export function counterSuite(make: MakeCounter): void {
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)

  test('nothing changes nothing', async () => {
    const counter = make()
    expect(await counter.apply([])).toEqual([])
    expect(await counter.snapshot()).toEqual({})
  })

  test('a sale and a vote, with everything they change', async () => {
    const counter = make()
    expect(await counter.apply([saleOf(1), voteOf(2)])).toEqual([undefined, undefined])
    const member = `40.50:${SOURCE}#1`
    const start = Math.floor(NOW / 1000)
    const day = start - (start % 86_400)
    expect(await counter.snapshot()).toEqual({
      'reportes:total:electronica': { string: '1' },
      'stats:conteo': { hash: [['electronica', '1']] },
      'stats:precio:suma': { hash: [['electronica', '40.50']] },
      'stats:precio:suma:centavos': { hash: [['electronica', '4050']] },
      'stats:cantidad:suma': { hash: [['electronica', '3']] },
      'stats:ingresos:suma': { hash: [['electronica', '121.50']] },
      'stats:ingresos:suma:centavos': { hash: [['electronica', '12150']] },
      'ranking:global': { ranks: [['P1', 3]] },
      'ranking:electronica': { ranks: [['P1', 3]] },
      'ventas:global:precio_max': { string: '40.50' },
      'ventas:global:precio_min': { string: '40.50' },
      'history:electronica:P1': { ranks: [[member, NOW]] },
      'historial:precio:electronica': { ranks: [[member, NOW]] },
      [`series:ventas:segundo:${start}`]: { hash: [[String(start), '1']] },
      [`series:ventas:minuto:${day}`]: { hash: [[String(start), '1']] },
      'ventas:log': {
        stream: [
          [
            ...['categoria', '1', 'producto_id', 'P1', 'precio', '40.5', 'cantidad_vendida', '3'],
            ...['id', '1', 'source', SOURCE, 'time', time],
          ],
        ],
      },
      'votos:total': { string: '1' },
      'votos:banda': { ranks: [['Los Prisioneros', 1]] },
      'votos:album': { ranks: [['Los Prisioneros/Corazones', 1]] },
      'votos:rank:suma': { hash: [['Los Prisioneros', '1']] },
      'votos:rank:conteo': { hash: [['Los Prisioneros', '1']] },
      'votos:log': {
        stream: [
          ['name', 'Los Prisioneros', 'album', 'Corazones', 'year', '1990', 'rank', '1'].concat([
            'id',
            '2',
            'source',
            SOURCE,
            'time',
            time,
          ]),
        ],
      },
      [`series:votos:segundo:${start}`]: { hash: [[String(start), '1']] },
      [`series:votos:minuto:${day}`]: { hash: [[String(start), '1']] },
    })
  })

  test('repeats are told apart, in one batch and later, and change nothing', async () => {
    const results: string[] = []
    const counter = make(({ id }, result) => void results.push(`${id} ${result}`))
    await counter.apply([saleOf(1), saleOf('key'), saleOf(1), saleOf('key')])
    const before = await counter.snapshot()
    expect(await counter.apply([saleOf('key'), saleOf(1), saleOf(1)])).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(await counter.snapshot()).toEqual(before)
    expect(results).toEqual([
      '1 counted',
      'key counted',
      '1 duplicate',
      'key duplicate',
      'key duplicate',
      '1 duplicate',
      '1 duplicate',
    ])
    await counter.apply([saleOf(1), saleOf(2)])
    expect((await counter.snapshot())['reportes:total:electronica']).toEqual({ string: '3' })
  })

  test('a key with other content is told, in one batch and later, and changes nothing', async () => {
    const results: string[] = []
    const counter = make(({ value }, result) => void results.push(`${value.precio} ${result}`))
    const keyed = (precio: number): Event => ({
      ...saleOf('k', { precio }),
      source: idempotencySource(sales),
    })
    const codes = async (...events: readonly Event[]) =>
      (await counter.apply(events)).map((outcome) => outcome?.code)
    expect(await codes(keyed(1), saleOf(1, { precio: 9 }), keyed(2), keyed(1))).toEqual([
      undefined,
      undefined,
      'keyReused',
      undefined,
    ])
    const before = await counter.snapshot()
    expect(await codes(keyed(2), keyed(1), keyed(2))).toEqual(['keyReused', undefined, 'keyReused'])
    expect(await counter.snapshot()).toEqual(before)
    expect(before['stats:precio:suma']).toEqual({ hash: [['electronica', '10.00']] })
    expect(results).toEqual(['1 counted', '9 counted', '1 duplicate', '1 duplicate'])
    // A client's own CloudEvent is known by its identity alone (CloudEvents 1.0, section 3.1.1).
    await counter.apply([saleOf('own')])
    expect(await codes(saleOf('own', { precio: 2 }))).toEqual([undefined])
  })

  test('an event that cannot be counted never harms its neighbours', async () => {
    const counter = make()
    const outcomes = await counter.apply([saleOf(1), { ...saleOf(2), time: 'never' }, saleOf(3)])
    expect(outcomes.map((outcome) => outcome?.code)).toEqual([undefined, 'internal', undefined])
    expect((await counter.snapshot())['reportes:total:electronica']).toEqual({ string: '2' })
  })

  test('more at once than one call takes; the newest stay, by time and then by name', async () => {
    const counter = make()
    const late = numbers(1, 1100).map((id) => ({
      ...saleOf(id),
      time: new Date(NOW + (id % 500)).toISOString(),
    }))
    const outcomes = await counter.apply(late)
    expect(outcomes).toEqual(late.map(() => undefined))
    const { 'history:electronica:P1': history, 'stats:precio:suma': sums } = await counter.snapshot()
    const newest = numbers(490, 499).flatMap((id) => [
      [`40.50:${SOURCE}#${id}`, NOW + id],
      [`40.50:${SOURCE}#${id + 500}`, NOW + id],
    ])
    expect(history).toEqual({ ranks: newest.sort(([a = ''], [b = '']) => (a < b ? -1 : 1)) })
    expect(sums).toEqual({ hash: [['electronica', '44550.00']] })
  })

  test('sums are exact past 2^53 and past 2^63', async () => {
    const counter = make()
    const dear = { precio: 999_999_999.99, cantidad_vendida: 2 ** 31 - 1 }
    await counter.apply(numbers(1, 3).map((id) => saleOf(id, dear)))
    await counter.apply(numbers(4, 5).map((id) => saleOf(id, dear)))
    await counter.apply([saleOf(6, { precio: 0.01, cantidad_vendida: 1 })])
    // Each of these is exact in a double, their sum is not.
    await counter.apply(numbers(7, 9).map((id) => saleOf(id, { ...dear, cantidad_vendida: 89_999 })))
    const cents = (5n * (2n ** 31n - 1n) + 3n * 89_999n) * 99_999_999_999n + 1n
    const { 'stats:ingresos:suma:centavos': integers, 'stats:ingresos:suma': decimals } =
      await counter.snapshot()
    expect(integers).toEqual({ hash: [['electronica', String(cents)]] })
    expect(decimals).toEqual({ hash: [['electronica', String(cents).replace(/(..)$/, '.$1')]] })
  })

  test('a ranking is exact to the unit, and what it cannot hold is refused alone', async () => {
    const counter = make()
    const most = Number.MAX_SAFE_INTEGER
    const units = (id: number, count: number) => saleOf(id, { cantidad_vendida: count })
    expect(await counter.apply([units(1, most - 5)])).toEqual([undefined])
    const batch = [
      ...[units(2, 3), units(3, 3), units(3, 3), units(4, 2), units(5, 1)],
      ...[saleOf(6, { producto_id: 'P2' }), units(7, most), units(2, 3)],
    ]
    const outcomes = await counter.apply(batch)
    expect(outcomes.map((outcome) => outcome?.code ?? 'counted')).toEqual([
      ...['counted', 'invalid', 'invalid', 'counted', 'invalid', 'counted', 'invalid', 'counted'],
    ])
    expect(outcomes[1]?.message).toMatch(/^P1 in \S*ranking:\S+ would pass 9007199254740991/)
    const { 'ranking:global': ranking, 'stats:cantidad:suma': sums } = await counter.snapshot()
    expect(ranking).toEqual({
      ranks: [
        ['P1', most],
        ['P2', 3],
      ],
    })
    expect(sums).toEqual({ hash: [['electronica', String(BigInt(most) + 3n)]] })
  })

  test('members of several fields never meet', async () => {
    const counter = make()
    const names = [
      ['AC/DC', 'X'],
      ['AC', 'DC/X'],
      ['AC%2FDC', 'X'],
    ] as const
    await counter.apply(names.map(([name, album], id) => voteOf(id, { name, album })))
    expect((await counter.snapshot())['votos:album']).toEqual({
      ranks: [
        ['AC%252FDC/X', 1],
        ['AC%2FDC/X', 1],
        ['AC/DC/X', 1],
      ],
    })
  })

  test('a log keeps its newest entries', async () => {
    const counter = make()
    await counter.apply(numbers(1, 999).map((id) => voteOf(id)))
    expect((await counter.snapshot())['votos:log']).toMatchObject({ stream: { length: 999 } })
    await counter.apply(numbers(1000, 1700).map((id) => voteOf(id)))
    expect((await counter.snapshot())['votos:log']).toEqual({ stream: 1000 })
  })
}
