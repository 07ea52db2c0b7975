/** A small world that sells and votes: what the console would read from Valkey, made up with a seed. */
import type { Board, BreakdownRow, Row } from '../api.ts'
import { catalogue } from './catalogue.ts'

const PRODUCTS = [
  'auriculares',
  'camiseta-azul',
  'lampara',
  'labial-rojo',
  'teclado',
  'zapatillas',
  'mesa',
  'perfume',
]
const BANDS: readonly (readonly [string, string])[] = [
  ['Los Prisioneros', 'Corazones'],
  ['Café Tacvba', 'Re'],
  ['Soda Stereo', 'Signos'],
  ['Aterciopelados', 'El Dorado'],
  ['Héroes del Silencio', 'Avalancha'],
]
const LABELS = ['desconocida', 'electronica', 'ropa', 'hogar', 'belleza']
const MINUTE_MS = 60_000

/** The linear congruential generator of Numerical Recipes, second edition, section 7.1. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

export class World {
  readonly rows: Row[] = []
  readonly #random: (below: number) => number

  constructor(seed = 7) {
    this.#random = randomOf(seed)
  }

  /** Counts events of a domain, all at this moment. */
  count(domain: 'sales' | 'votes', events: number, countedMs = Date.now()): void {
    for (let left = events; left > 0; left -= 1) {
      const number = this.of(domain).length + 1
      const value = domain === 'sales' ? this.#sale() : this.#vote()
      const [source, id] = ['/ingest/0123456789ab', `${domain}-${number}`]
      this.rows.push({
        domain,
        number,
        entry: `${countedMs}-${number}`,
        countedMs,
        time: new Date(countedMs - 8).toISOString(),
        source,
        id,
        receipt: `${source}#${id}`,
        value,
      })
    }
  }

  of(domain: string): readonly Row[] {
    return this.rows.filter((row) => row.domain === domain)
  }

  #sale(): Record<string, string> {
    const product = Math.min(this.#random(PRODUCTS.length), this.#random(PRODUCTS.length))
    return {
      categoria: String((product % 4) + 1),
      producto_id: PRODUCTS[product] ?? '',
      precio: ((this.#random(30_000) + 500) / 100).toFixed(2),
      cantidad_vendida: String(this.#random(5) + 1),
    }
  }

  #vote(): Record<string, string> {
    const [name, album] = BANDS[Math.min(this.#random(BANDS.length), this.#random(BANDS.length))] ?? ['', '']
    return { name, album, year: '1995', rank: String(this.#random(20) + 1) }
  }

  board(domain: string, nowMs = Date.now()): Board {
    const rows = this.of(domain)
    const isSale = domain === 'sales'
    return {
      domain,
      asOfMs: nowMs,
      lastAppliedMs: this.rows.at(-1)?.countedMs ?? null,
      counted: rows.length,
      duplicates: isSale ? 3 : 0,
      perSecond: rows.filter(({ countedMs }) => countedMs > nowMs - 10_000).length / 10,
      totals: isSale ? {} : { 'votos:total': rows.length },
      breakdowns: isSale
        ? { 'stats:conteo': LABELS.map((label, index) => salesOf(rows, label, index)) }
        : ranks(rows),
      extremes: isSale ? extremes(rows) : {},
      rankings: Object.fromEntries(rankings(domain, rows)),
      series: Object.fromEntries(
        (isSale ? ['ventas'] : ['votos']).flatMap((name) => [
          [`series:${name}:segundo`, seriesOf(rows, nowMs, 1000, 60)],
          [`series:${name}:minuto`, seriesOf(rows, nowMs, MINUTE_MS, 60)],
        ]),
      ),
    }
  }
}

export function seriesOf(rows: readonly Row[], endMs: number, bucketMs: number, points: number) {
  const last = Math.floor(endMs / bucketMs)
  const counts = new Array<number>(points).fill(0)
  for (const { countedMs } of rows) {
    const index = points - 1 - (last - Math.floor(countedMs / bucketMs))
    if (index >= 0 && index < points) counts[index] = (counts[index] ?? 0) + 1
  }
  return { startMs: (last - points + 1) * bucketMs, bucketSeconds: bucketMs / 1000, counts }
}

const cents = (text: string | undefined): number => Math.round(Number(text) * 100)
const money = (amount: number): string => (amount / 100).toFixed(2)
const half = (sum: number, events: number): string | null => (events === 0 ? null : (sum / events).toFixed(2))

function salesOf(rows: readonly Row[], label: string, category: number): BreakdownRow {
  const own = rows.filter(({ value }) => value.categoria === String(category))
  const add = (of: (value: Row['value']) => number) => own.reduce((sum, { value }) => sum + of(value), 0)
  const prices = add(({ precio }) => cents(precio))
  const units = add(({ cantidad_vendida }) => Number(cantidad_vendida))
  const revenue = add(({ precio, cantidad_vendida }) => cents(precio) * Number(cantidad_vendida))
  return {
    label,
    events: own.length,
    sums: {
      precio: money(prices),
      cantidad_vendida: String(units),
      'precio × cantidad_vendida': money(revenue),
    },
    averages: {
      precio: half(prices / 100, own.length),
      cantidad_vendida: half(units, own.length),
      'precio × cantidad_vendida': half(revenue / 100, own.length),
    },
  }
}

function ranks(rows: readonly Row[]) {
  const of = (band: string): BreakdownRow => {
    const own = rows.filter(({ value }) => value.name === band)
    const sum = own.reduce((total, { value }) => total + Number(value.rank), 0)
    return {
      label: band,
      events: own.length,
      sums: { rank: String(sum) },
      averages: { rank: half(sum, own.length) },
    }
  }
  return { 'votos:rank:conteo': BANDS.map(([band]) => of(band)).filter(({ events }) => events > 0) }
}

function extremes(rows: readonly Row[]) {
  const prices = rows.map(({ value }) => cents(value.precio))
  return {
    'ventas:global:precio_max': prices.length > 0 ? money(Math.max(...prices)) : null,
    'ventas:global:precio_min': prices.length > 0 ? money(Math.min(...prices)) : null,
  }
}

function* rankings(domain: string, rows: readonly Row[]) {
  for (const figure of catalogue.domains.find(({ name }) => name === domain)?.figures ?? []) {
    if (figure.kind !== 'ranking') continue
    const { group, member, by, id } = figure
    const scores = new Map<string, number>()
    for (const { value } of rows) {
      if (group !== null && LABELS[Number(value[group.field])] !== group.label) continue
      const name = member.map((field) => value[field]).join('/')
      scores.set(name, (scores.get(name) ?? 0) + (by === null ? 1 : Number(value[by])))
    }
    const sorted = [...scores]
      .map(([name, score]) => ({ member: name, score }))
      .sort((one, other) => other.score - one.score)
    yield [
      id,
      { size: sorted.length, top: sorted.slice(0, 10), bottom: sorted.toReversed().slice(0, 10) },
    ] as const
  }
}
