/** Events for the dashboards: every category, several products and prices, votes, and what goes wrong. */
import type { TestStack } from '../../scripts/local/test-stack.ts'

const CATEGORIES = ['Electronica', 'Ropa', 'Hogar', 'Belleza', 'jardín']
const BANDS = [
  ['Los Prisioneros', 'Corazones', 1990],
  ['Café Tacvba', 'Re', 1994],
] as const
const ROUNDS = 3

async function post(url: string, body: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json' }
  const { status } = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })
  if (status >= 500) throw new Error(`${url} answered ${status}`)
}

/** @returns how many events were accepted */
export async function sendEvents({ url }: TestStack): Promise<number> {
  let sent = 0
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, categoria] of CATEGORIES.entries()) {
      const sale = {
        categoria,
        producto_id: `P${at}`,
        precio: 10.5 * (at + 1) + round,
        cantidad_vendida: at + 1,
      }
      await post(`${url.ingest}/venta`, sale)
      sent++
    }
    for (const [name, album, year] of BANDS) {
      await post(`${url.ingest}/voto`, { name, album, year, rank: round + 1 })
      sent++
    }
  }
  return sent
}
