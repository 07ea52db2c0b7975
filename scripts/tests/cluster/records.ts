/** Sales and votes that tests follow one by one, and what becomes of them: a count or a dead letter. */
import { expect } from 'vitest'
import { hostOf, ingress, unitsOf, until } from './context.ts'
import { deliver } from './endpoints.ts'
import { consume, type KafkaRecord } from './kafka.ts'

const DEADLINE_MS = 120_000
export const TOPIC = 'ventas-blackfriday'
export const GROUP = 'aggregator-ventas'
export const VOTES_TOPIC = 'votos'
export const VOTES_GROUP = 'aggregator-votos'

export const sale = (product: string, precio = 1): string =>
  JSON.stringify({ categoria: 1, producto_id: product, precio, cantidad_vendida: 1 })
export const vote = (band: string): string =>
  JSON.stringify({ name: band, album: 'Uno', year: 2000, rank: 1 })

export const sell = async (product: string): Promise<void> => {
  const host = await hostOf('ingest')
  expect(await deliver({ endpoint: 'http', url: ingress, host, product })).toBe('200')
}

export const counted = (products: readonly string[]): Promise<number[]> => Promise.all(products.map(unitsOf))
export const untilCounted = (products: readonly string[]): Promise<boolean> =>
  until(`${products.join(', ')} counted`, DEADLINE_MS, async () => {
    return (await counted(products)).every((units) => units >= 1)
  })

export const deadLetterOf = (product: string): Promise<KafkaRecord> =>
  until(`a dead letter of ${product}`, DEADLINE_MS, async () => {
    return (await consume(`${TOPIC}-dead-letter`)).find(({ value }) => value.includes(product))
  })

export function expectReason({ headers }: KafkaRecord, at: string, code: RegExp, says: string): void {
  expect(headers.ce_knativeerrordest).toMatch(new RegExp(`^http://${at}\\.`))
  expect(headers.ce_knativeerrorcode).toMatch(code)
  expect(Buffer.from(headers.ce_knativeerrordata ?? '', 'base64').toString()).toContain(says)
}
