import { randomUUID } from 'node:crypto'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { accountWriter } from '../_adapters/valkey/accounts/writer.ts'
import { valkeyCounter } from '../_adapters/valkey/counter/counter.ts'
import { domains } from '../_core/domains/index.ts'
import { saleOf, voteOf } from '../_testing/counter-suite.ts'
import { memoryPorts, NOW, SOURCE } from '../_testing/ports.ts'
import { Board, Catalogue, DeadLetterPage, EventPage, History, Ranking, ROUTES, SeriesAnswer } from './api.ts'
import { catalogueOf } from './catalogue.ts'
import { consoleHandler } from './handler.ts'
import { Live } from './live.ts'
import { reader } from './reading.ts'
import { sender } from './send/endpoints.ts'
import { UNKNOWN_PIPELINE, UNKNOWN_PROOF } from './unknown.ts'

const redis = new Redis(inject('valkeyUrl'))
afterAll(() => redis.disconnect())
const addresses = {
  valkeyCli: 'valkey-cli -h 127.0.0.1 -p 6379',
  consoleUrl: 'http://127.0.0.1:8083',
  prefix: '',
}

function consoleOver(prefix: string) {
  const ports = memoryPorts()
  const clock = () => NOW
  const source = { client: redis, domains, prefix, clock }
  const [pipeline, proof] = [() => UNKNOWN_PIPELINE, () => UNKNOWN_PROOF]
  const live = new Live({ read: reader(source), pipeline, proof, clock, log: ports.log })
  const catalogue = catalogueOf(domains, { addresses, grafanaUrl: null })
  const send = { targets: {}, sender: sender({}) }
  const fresh = async () => {}
  return consoleHandler({ ...ports, source, live, catalogue, addresses, pipeline, proof, fresh, send })
}

const prefix = `${randomUUID()}:`
const app = consoleOver(prefix)
const get = async (path: string): Promise<{ status: number; body: { detail?: string } }> => {
  const response = await app.request(path)
  return { status: response.status, body: JSON.parse(await response.text()) }
}

const SALES = [
  saleOf(1),
  saleOf(2, { producto_id: 'P2', precio: 10, cantidad_vendida: 1 }),
  saleOf(3, { categoria: 2, producto_id: 'C1', precio: 19.99, cantidad_vendida: 7 }),
  saleOf(4, { precio: 0.1, cantidad_vendida: 1 }),
]
const VOTES = [
  voteOf(5, { rank: 2 }),
  voteOf(6, { rank: 3 }),
  voteOf(7, { name: 'Aterciopelados', album: 'Oro' }),
]

beforeAll(async () => {
  const counter = valkeyCounter(redis, { prefix })
  for (const batch of [SALES, VOTES, [saleOf(1)]]) await counter.apply(batch)
})

it.each(['/api/catalogue', '/boards/sales', '/health'])(
  '%s by other methods, and with a slash',
  async (path) => {
    const ask = (method: string, at = path) => app.request(at, { method })
    expect((await ask('OPTIONS')).headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    expect((await ask('DELETE')).status).toBe(405)
    expect(await (await ask('HEAD')).text()).toBe('')
    expect((await ask('GET', `${path}/`)).status).toBe((await ask('GET')).status)
  },
)

describe('the catalogue', () => {
  it('lists every domain with its figures, their queries and what a form needs', async () => {
    const { status, body } = await get('/api/catalogue')
    expect(status).toBe(200)
    const catalogue = Catalogue.parse(body)
    expect(catalogue.domains.map(({ name }) => name)).toEqual(domains.map(({ name }) => name))
    const figures = catalogue.domains.flatMap((domain) => domain.figures)
    expect(figures.filter(({ queries }) => queries.length === 0)).toEqual([])
    expect(figures.find(({ id }) => id === 'ranking.ropa')?.queries[0]?.text).toBe(
      'valkey-cli -h 127.0.0.1 -p 6379 ZREVRANGE ranking:ropa 0 9 WITHSCORES',
    )
    expect(catalogue.domains[0]?.fields).toEqual([
      {
        name: 'categoria',
        type: 'enum',
        labels: ['desconocida', 'electronica', 'ropa', 'hogar', 'belleza'],
        minimum: 0,
        maximum: 4,
      },
      { name: 'producto_id', type: 'text', maxLength: 128 },
      { name: 'precio', type: 'number', minimum: 0, maximum: 1e9 },
      { name: 'cantidad_vendida', type: 'integer', minimum: 1, maximum: 2147483647 },
    ])
  })
})

describe('a board', () => {
  it('says what Valkey says, to the cent', async () => {
    const { body } = await get('/api/boards/sales')
    const board = Board.parse(body)
    expect(board).toMatchObject({
      counted: 4,
      duplicates: 1,
      extremes: { 'ventas.global.precio_max': '40.50', 'ventas.global.precio_min': '0.10' },
      asOfMs: NOW,
    })
    expect(board.breakdowns['stats.conteo']?.filter(({ events }) => events > 0)).toEqual([
      {
        label: 'electronica',
        events: 3,
        sums: { precio: '50.60', cantidad_vendida: '5', 'precio × cantidad_vendida': '131.60' },
        averages: { precio: '16.87', cantidad_vendida: '1.67', 'precio × cantidad_vendida': '43.87' },
      },
      {
        label: 'ropa',
        events: 1,
        sums: { precio: '19.99', cantidad_vendida: '7', 'precio × cantidad_vendida': '139.93' },
        averages: { precio: '19.99', cantidad_vendida: '7.00', 'precio × cantidad_vendida': '139.93' },
      },
    ])
    expect(board.breakdowns['reportes.total']?.map(({ events }) => events)).toEqual([0, 3, 1, 0, 0])
    expect(board.rankings['ranking.global']).toEqual({
      size: 3,
      top: [
        { member: 'C1', score: 7 },
        { member: 'P1', score: 4 },
        { member: 'P2', score: 1 },
      ],
      bottom: [
        { member: 'P2', score: 1 },
        { member: 'P1', score: 4 },
        { member: 'C1', score: 7 },
      ],
    })
    expect(board.series['series.ventas.segundo']?.counts.at(-1)).toBe(4)
  })

  it('by an open set shows the labels that a ranking knows', async () => {
    const { body } = await get('/api/boards/votes')
    expect(Board.parse(body)).toMatchObject({
      totals: { 'votos.total': 3 },
      breakdowns: {
        'votos.rank.conteo': [
          { label: 'Los Prisioneros', events: 2, sums: { rank: '5' }, averages: { rank: '2.50' } },
          { label: 'Aterciopelados', events: 1, sums: { rank: '1' } },
        ],
      },
    })
  })

  it('of a shop that sold nothing is there, and empty', async () => {
    const response = await consoleOver(`${randomUUID()}:`).request('/api/boards/sales')
    const board = Board.parse(await response.json())
    expect(board).toMatchObject({ counted: 0, perSecond: 0, lastAppliedMs: null })
    expect(board.rankings['ranking.global']).toEqual({ size: 0, top: [], bottom: [] })
  })
})

describe('one figure', () => {
  it('a ranking of any length, from either end', async () => {
    const { body } = await get('/api/boards/sales/rankings/ranking.global?order=bottom&limit=2')
    expect(Ranking.parse(body)).toMatchObject({ size: 3, items: [{ member: 'P2' }, { member: 'P1' }] })
  })

  it('the prices of a product', async () => {
    const { body } = await get('/api/boards/sales/histories/history?categoria=electronica&producto_id=P1')
    expect(History.parse(body).points).toEqual([
      { timeMs: NOW, value: '0.10', receipt: `${SOURCE}#4` },
      { timeMs: NOW, value: '40.50', receipt: `${SOURCE}#1` },
    ])
  })

  it('a series as of then', async () => {
    const at = new Date(NOW - 1000).toISOString()
    const { body } = await get(`/api/boards/sales/series/series.ventas.segundo?at=${at}&points=3`)
    expect(SeriesAnswer.parse(body)).toMatchObject({ atMs: NOW - 1000, series: { counts: [0, 0, 0] } })
    const now = await get('/api/boards/sales/series/series.ventas.segundo?points=3')
    expect(SeriesAnswer.parse(now.body).series).toEqual({
      startMs: NOW - 2000,
      bucketSeconds: 1,
      counts: [0, 0, 4],
    })
  })

  it.each([
    ['/api/boards/none', 404, 'no domain none'],
    ['/api/boards/sales/rankings/none', 404, 'sales has no ranking none'],
    ['/api/boards/sales/rankings/ranking.global?limit=101', 400, 'limit'],
    ['/api/boards/sales/histories/history?categoria=ropa', 400, 'producto_id is required'],
    ['/api/boards/sales/histories/history?categoria=x&producto_id=1', 400, 'categoria is not one of'],
    ['/api/boards/sales/series/series.ventas.segundo?at=gestern', 400, 'at'],
    ['/api/events?domain=none', 404, 'no domain none'],
    ['/api/events?limit=501', 400, 'limit'],
    ['/api/events?before=x', 400, 'before is no cursor'],
    ['/api/live?after=x', 400, 'after is no cursor'],
    ['/api/nothing', 404, 'no route'],
  ])('%s is a problem: %i', async (path, status, detail) => {
    const answer = await get(path)
    expect(answer.status).toBe(status)
    expect(answer.body.detail).toContain(detail)
  })
})

describe('the log', () => {
  const page = async (query: string) => EventPage.parse((await get(`/api/events?${query}`)).body)

  it('is there newest first, with numbers', async () => {
    const { rows, kept, next } = await page('domain=votes')
    expect(rows.map(({ number, id, value }) => [number, id, value.name])).toEqual([
      [3, '7', 'Aterciopelados'],
      [2, '6', 'Los Prisioneros'],
      [1, '5', 'Los Prisioneros'],
    ])
    expect(kept.votes).toMatchObject({ rows: 3, total: 3 })
    expect(next).toBeNull()
  })

  it('is read page by page, none twice and none left out', async () => {
    const seen: string[] = []
    for (let before = ''; ; ) {
      const { rows, next } = await page(`limit=2&before=${before}`)
      seen.push(...rows.map(({ domain, number }) => `${domain} ${number}`))
      if (next === null) break
      before = next
    }
    const all = await page('limit=100')
    expect(seen).toEqual(all.rows.map(({ domain, number }) => `${domain} ${number}`))
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('is found by text, by receipt and by time', async () => {
    expect((await page('text=ATERCIO')).rows.map(({ id }) => id)).toEqual(['7'])
    expect((await page(`receipt=${encodeURIComponent(`${SOURCE}#6`)}`)).rows).toMatchObject([{ id: '6' }])
    expect((await page('at=1000')).rows).toEqual([])
    const [, second] = (await page('domain=votes')).rows
    const then = await page(`domain=votes&at=${second?.countedMs}`)
    expect(then.rows.length).toBeGreaterThan(0)
  })
})

describe('dead letters', () => {
  it('are told newest first, page by page, with what was wrong', async () => {
    const own = `${randomUUID()}:`
    const letter = (number: number, domain: string) => ({
      state: 'dead' as const,
      ...(number === 2 && { position: { topic: 'ventas-blackfriday', partition: 1, offset: 9 } }),
      deadLetter: {
        reason: 'invalid',
        detail: `number ${number}`,
        errors: '[{"pointer":"#/precio","detail":"must be a number"}]',
        payload: '{}',
        payloadBytes: 2,
        contentType: 'application/json',
        receipt: `/s#${number}`,
        domain,
      },
    })
    const write = accountWriter(redis, own)
    for (const [number, domain] of [
      [1, 'votes'],
      [2, 'sales'],
      [3, 'votes'],
    ] as const) {
      await write([letter(number, domain)])
    }
    const console = consoleOver(own)
    const page = async (query: string) =>
      DeadLetterPage.parse(await (await console.request(`/api/dead-letters?${query}`)).json())
    const first = await page('limit=2')
    expect(first.items).toMatchObject([
      { detail: 'number 3', domain: 'votes', record: null },
      {
        detail: 'number 2',
        record: { partition: 1, offset: 9 },
        errors: [{ field: '#/precio', detail: 'must be a number' }],
      },
    ])
    expect((await page(`limit=2&before=${first.next}`)).items).toMatchObject([{ receipt: '/s#1' }])
    expect((await page('domain=sales')).items.map(({ detail }) => detail)).toEqual(['number 2'])
    expect((await console.request('/api/dead-letters?before=x')).status).toBe(400)
  })
})

describe('the document', () => {
  it('is valid OpenAPI and names every route', async () => {
    const { body } = await get('/openapi.json')
    const validated = await new Validator().validate(JSON.parse(JSON.stringify(body)))
    expect(validated.errors).toBeUndefined()
    const { paths } = body as { paths?: object }
    const documented = Object.keys(paths ?? {}).map((path) => path.replace(/\{(\w+)\}/g, ':$1'))
    expect(documented).toEqual(expect.arrayContaining([...new Set(Object.values(ROUTES))]))
  })
})
