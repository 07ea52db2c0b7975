import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, describe, expect, it } from 'vitest'
import { samplesIn, scraper } from '../../_adapters/http/scrape.ts'
import { createMetrics } from '../../_runtime/metrics.ts'
import { functionFigures, quantileOf, Rates } from './rates.ts'

const closing: (() => unknown)[] = []
afterAll(() => {
  for (const close of closing) close()
})

describe('the text format', () => {
  it.each([
    ['a_total 3', [{ name: 'a_total', labels: {}, value: 3 }]],
    [
      '# HELP a b\n# TYPE a counter\na{x="1",y="2"} 4.5e3',
      [{ name: 'a', labels: { x: '1', y: '2' }, value: 4500 }],
    ],
    [
      String.raw`a{x="say \"hi\"\n{}\\"} +Inf`,
      [{ name: 'a', labels: { x: 'say "hi"\n{}\\' }, value: Number.POSITIVE_INFINITY }],
    ],
    ['a{x="1"} NaN', [{ name: 'a', labels: { x: '1' }, value: Number.NaN }]],
    ['', []],
  ])('%j', (text, samples) => expect(samplesIn(text)).toEqual(samples))
})

describe('quantiles', () => {
  const buckets = [
    { le: 1, count: 50 },
    { le: 2, count: 90 },
    { le: Number.POSITIVE_INFINITY, count: 100 },
  ]
  it.each([
    [0.25, 0.5],
    [0.5, 1],
    [0.7, 1.5],
    [0.9, 2],
    [0.99, 2],
  ])('%f is %f', (share, value) => expect(quantileOf(share, buckets)).toBeCloseTo(value))
  it('of nothing is nothing', () => {
    expect(quantileOf(0.5, [])).toBeNull()
    expect(quantileOf(0.5, [{ le: Number.POSITIVE_INFINITY, count: 0 }])).toBeNull()
  })
})

describe('a function by its metrics', () => {
  it('is told from two scrapes over HTTP', async () => {
    const metrics = createMetrics('bridge')
    const batch = metrics.histogram('batchItems', { to: 'publisher' })
    const seconds = metrics.histogram('requestSeconds', { endpoint: '/procesar' })
    const [ok, busy] = ['200', '429'].map((code) =>
      metrics.counter('requests', { endpoint: '/procesar', code }),
    )
    metrics.gauge('queueItems', { to: 'publisher' }, () => 7)
    batch(64)
    const server = createServer(async (_, response) => {
      const { contentType, text } = await metrics.expose()
      response.setHeader('Content-Type', contentType).end(text)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const scrape = scraper()
    closing.push(() => server.close(), scrape.close)
    const url = `http://localhost:${port}/metrics`
    const before = { atMs: 1_000, pods: await scrape.scrape(url) }
    for (let call = 0; call < 10; call++) {
      batch(32)
      seconds(0.02)
      ok?.()
    }
    busy?.(4)
    const now = { atMs: 3_000, pods: await scrape.scrape(url) }
    expect(functionFigures(new Rates(before, now), 'publisher')).toMatchObject({
      replicas: 1,
      perSecond: 160,
      batchItems: 32,
      queueItems: 7,
      errorsPerSecond: 2,
      retriesPerSecond: 0,
      p50Ms: expect.closeTo(17.5),
      p99Ms: expect.closeTo(24.85),
    })
  })

  it('that was started again counts from 0, and a new pod from when it was seen', () => {
    const sample = (value: number) => [{ name: 'n', labels: {}, value }]
    const before = { atMs: 0, pods: new Map([['10.0.0.1', sample(100)]]) }
    const now = {
      atMs: 1_000,
      pods: new Map([
        ['10.0.0.1', sample(5)],
        ['10.0.0.2', sample(900)],
      ]),
    }
    expect(new Rates(before, now).perSecond('n')).toBe(5)
    expect(new Rates(before, before).perSecond('n')).toBeNull()
  })

  it('that has no pods is scaled to zero, and one that refuses is away', async () => {
    const scrape = scraper()
    closing.push(scrape.close)
    expect(await scrape.scrape('http://nobody.invalid:1/metrics')).toEqual(new Map())
    await expect(scrape.scrape('http://127.0.0.1:1/metrics')).rejects.toThrow('ECONNREFUSED')
  })
})
