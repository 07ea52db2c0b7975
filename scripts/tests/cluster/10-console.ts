/** The console by the ingress: its page, figures that are Valkey's, and what it is told by Kafka and the functions. */
import { describe, expect, test } from 'vitest'
import { send } from '../../deploy/http.ts'
import { hostOf, ingress, newProduct, salesCounted, until } from './context.ts'
import { sell, untilCounted } from './kafka.ts'

/** A cold start, and the first readings. */
const DEADLINE_MS = 60_000

async function get(path: string): Promise<{ status: number; body: string }> {
  const headers = { host: await hostOf('console') }
  return send(`${ingress}${path}`, { headers, timeoutMs: DEADLINE_MS })
}
const json = async (path: string) => JSON.parse((await get(path)).body)

describe('the console', () => {
  test('opens by the ingress, from scaled to zero', async () => {
    const { status, body } = await get('/')
    expect([status, body]).toEqual([200, expect.stringContaining('<div id="app">')])
  })

  test('shows what Valkey says', async () => {
    const { counted } = await json('/api/boards/sales')
    expect(counted).toBe(await salesCounted())
  })

  test('is told by Kafka how long the log is, and by every function that runs what it does', async () => {
    // Functions at zero pods have nothing to say: this wakes them all.
    const product = newProduct('console')
    await sell(product)
    await untilCounted([product])
    let seen = 'nothing'
    const known = await until('Kafka and the functions have answered', DEADLINE_MS, async () => {
      const [proof, pipeline] = await Promise.all([json('/api/proof'), json('/api/pipeline')])
      const steps: { name: string; state: string; reason: string | null }[] = pipeline.steps
      seen = JSON.stringify([proof, steps.map(({ name, state, reason }) => [name, state, reason])])
      return proof.kafkaAsOfMs !== null && steps.every(({ state }) => state === 'up') && proof
    }).catch((error) => {
      throw new Error(`${error.message}; seen: ${seen}`)
    })
    expect(known.state).not.toBe('broken')
    expect(known.reason ?? '').not.toContain('Valkey')
  })
})
