/**
 * Identities that clients choose, whatever characters they have: each is counted once, under its own name, or refused at
 * the endpoint. In both forms of records, through the whole pipeline.
 */
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { DEAD_LETTERS_KEY } from '../../../functions/_core/accounts.ts'
import { idempotencyKeyOf, idempotencySource } from '../../../functions/_core/idempotency.ts'
import { dedupeKeyOf, STATS_KEY } from '../../../functions/_core/keys.ts'
import { countedStates } from '../../ledger/dedupe-keys.ts'
import { startTestStack, type TestStack } from '../../local/test-stack.ts'

const IDS = 1_000
const ID_CHARS = 255
const BATCH = 100
const ARRIVES = { timeout: 60_000 }
const SALE = { categoria: 1, producto_id: 'P1', precio: 1, cantidad_vendida: 1 }
// The CloudEvents SDK takes a URI-reference to be ASCII (RFC 3986), so ingest takes no others.
const SOURCES = ['/tienda', '/tienda/50%25', 'https://tienda.example/%E6%97%A5']
const ODD = [
  '%',
  '%25',
  '%2F',
  '"',
  '\\',
  '\u0000',
  '\n',
  '\u007f',
  '\u2028',
  '日',
  '🌎',
  '🌏',
  ' ',
  '#',
  '+',
  '\ud800',
]

const id = fc.oneof(
  fc.string({ unit: 'binary', maxLength: ID_CHARS }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.string({ unit: 'grapheme-ascii', maxLength: ID_CHARS }),
  fc.array(fc.constantFrom(...ODD), { maxLength: 8 }).map((parts) => parts.join('')),
  fc.constantFrom(...ODD, 'x').map((unit) => unit.repeat(ID_CHARS / unit.length)),
)
const identity = fc.record({ source: fc.constantFrom(...SOURCES), id })

interface Refused {
  readonly indice: number
  readonly errores: readonly { readonly code: string; readonly pointer: string; readonly detail: string }[]
}

async function send(stack: TestStack, events: readonly object[]): Promise<readonly Refused[]> {
  const response = await fetch(`${stack.url.ingest}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
  })
  const { rechazadas } = (await response.json()) as { readonly rechazadas: readonly Refused[] }
  return rechazadas
}

/** What headers carry as they are, by the letter of `docs/settings.md`. */
const fitsHeaders = (text: string): boolean =>
  [...text].every((one) => one >= ' ' && one <= '~' && one !== '%' && one !== '"') && text === text.trim()

describe.each(['packed', 'single'])('records are %s', (form) => {
  let stack: TestStack
  let valkey: Redis
  beforeAll(async () => {
    const servers = { brokers: inject('kafkaBrokers'), valkeyUrl: inject('valkeyUrl') }
    stack = await startTestStack({ ...servers, env: { KAFKA_RECORDS: form }, restart: true })
    valkey = new Redis(servers.valkeyUrl)
  }, 120_000)
  afterAll(async () => {
    valkey.disconnect()
    await stack.stop()
  })

  const figure = async (name: string): Promise<number> =>
    Number(await valkey.hget(stack.prefix + STATS_KEY, name))
  const statesOf = (identities: readonly { readonly source: string; readonly id: string }[]) =>
    countedStates(
      valkey,
      identities.map(({ source, id }) => dedupeKeyOf(source, id, stack.prefix)),
      undefined,
    )

  it(`${IDS} foreign ids are each counted once, or refused`, { timeout: 180_000 }, async () => {
    const seed = Date.now() % 2 ** 31
    const sampled = fc.sample(identity, { numRuns: 2 * IDS, seed })
    const different = [...new Map(sampled.map((one) => [JSON.stringify(one), one])).values()].slice(0, IDS)
    expect(different).toHaveLength(IDS)
    const accepted: typeof different = []
    for (let from = 0; from < IDS; from += BATCH) {
      const sent = different.slice(from, from + BATCH)
      const type = stack.domains[0]?.type
      const refused = new Map(
        (
          await send(
            stack,
            sent.map((one) => ({ specversion: '1.0', type, ...one, data: SALE })),
          )
        ).map((one) => [one.indice, one]),
      )
      for (const [index, one] of sent.entries()) {
        const why = refused.get(index)?.errores[0]
        if (why === undefined) accepted.push(one)
        else
          expect(`${why.code} ${why.pointer} ${why.detail}`, JSON.stringify(one)).toMatch(
            /^(malformed #\/id|identity .*\b(id|source)\b)/,
          )
        const isGood = one.id.trim() !== '' && one.id.isWellFormed()
        const isCarried = form === 'packed' || (fitsHeaders(one.id) && fitsHeaders(one.source))
        expect(why === undefined, `${JSON.stringify(one)} (seed ${seed})`).toBe(isGood && isCarried)
      }
    }
    await expect.poll(() => figure('counted:sales'), ARRIVES).toBe(accepted.length)
    expect((await statesOf(accepted)).filter((state) => state === 'no')).toEqual([])
    expect(await figure('duplicates:sales')).toBe(0)
    // Once more: nothing changes.
    await send(
      stack,
      accepted
        .slice(0, BATCH)
        .map((one) => ({ specversion: '1.0', type: stack.domains[0]?.type, ...one, data: SALE })),
    )
    await expect.poll(() => figure('duplicates:sales'), ARRIVES).toBe(Math.min(BATCH, accepted.length))
    expect(await figure('counted:sales')).toBe(accepted.length)
  })

  const sell = (key: string, precio: number): Promise<Response> =>
    fetch(`${stack.url.ingest}/venta`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify({ ...SALE, precio }),
    })
  const named = (id: string) => {
    const [domain] = stack.domains
    if (domain === undefined) throw new Error('there is no domain')
    return [{ source: idempotencySource(domain), id }]
  }

  it.each(['promo-50%', '%', '%41', 'a b', '"k"', 'k"k', 'José', 'plain'])(
    'Idempotency-Key %s',
    async (sent) => {
      const key = idempotencyKeyOf(sent)
      const response = await sell(sent, 1)
      const isCarried = form === 'packed' || fitsHeaders(key)
      expect(response.status).toBe(isCarried ? 200 : 400)
      if (!isCarried) return expect(await response.text()).toContain('Idempotency-Key')
      await expect.poll(() => statesOf(named(key)), ARRIVES).toEqual(['since'])
    },
  )

  it('other content under a key is refused, or found when another publisher took it', async () => {
    expect((await sell('once', 1)).status).toBe(200)
    await expect.poll(() => statesOf(named('once')), ARRIVES).toEqual(['since'])
    expect((await sell('once', 2)).status).toBe(422)
    stack.processes.kill('publisher', 'SIGKILL')
    // A publisher that has just been started knows of no key.
    await expect.poll(async () => (await sell('once', 2).catch(() => undefined))?.status, ARRIVES).toBe(200)
    const deadLetters = async () => (await fetch(`${stack.url.aggregator}/metrics`)).text()
    await expect.poll(deadLetters, ARRIVES).toMatch(/^caudal_dead_letters_total\{.*"keyReused".*\} [1-9]/m)
    const [letter] = await valkey.xrevrange(`${stack.prefix}${DEAD_LETTERS_KEY}`, '+', '-', 'COUNT', 1)
    expect(letter?.[1]).toEqual(expect.arrayContaining(['reason', 'keyReused']))
  })
})
