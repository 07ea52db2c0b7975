import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, inject, it } from 'vitest'
import { accountWriter } from '../_adapters/valkey/accounts/writer.ts'
import { valkeyCounter } from '../_adapters/valkey/counter/counter.ts'
import { domains } from '../_core/domains/index.ts'
import { memoryPorts, NOW } from '../_testing/ports.ts'
import { following } from '../aggregator/following.ts'
import { aggregatorHandler } from '../aggregator/handler.ts'
import { Journey, JourneyPage } from './api.ts'
import { consoleHandler } from './handler.ts'
import { consolePorts } from './ports.ts'
import { sender } from './send/endpoints.ts'

const redis = new Redis(inject('valkeyUrl'))
afterAll(() => redis.disconnect())
const SAMPLED = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const SOURCE = '/ingest/0123456789ab'

/** An aggregator and a console over the same Valkey. */
function world(clock = () => NOW) {
  const prefix = `${randomUUID()}:`
  const follower = following(clock)
  const counter = valkeyCounter(redis, { prefix, follower })
  const aggregator = aggregatorHandler({
    ...memoryPorts(),
    submit: counter.apply,
    accounts: accountWriter(redis, prefix),
    followed: follower.take,
  })
  const env = {
    VALKEY_URL: inject('valkeyUrl'),
    VALKEY_PREFIX: prefix,
    CONSOLE_PORT: 1,
    SCRAPE_URLS: {},
    SEND_TARGETS: {},
    CONSUMER_GROUPS: {},
  }
  const servers = {
    valkey: redis,
    positions: { read: async () => [] },
    scraper: { scrape: async () => new Map() },
    sender: sender({}),
  }
  const { metrics, log, readiness } = memoryPorts()
  const console = consoleHandler(consolePorts({ env, domains, servers, metrics, log, readiness }))
  const get = async (path: string): Promise<unknown> => (await console.request(path)).json()
  const event = (id: string, traceparent?: string) => ({
    specversion: '1.0',
    id,
    source: SOURCE,
    type: 'com.blackfriday.venta.v1',
    time: '2026-11-27T11:59:59.900Z',
    ...(traceparent !== undefined && { traceparent }),
    data: { categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 },
  })
  return {
    deliver: (events: readonly object[], offset: number) => {
      const headers = {
        'ce-specversion': '1.0',
        'ce-type': 'com.caudal.lote.v1',
        'ce-source': '/lote/0123456789ab',
        'ce-id': String(offset),
        'ce-knativekafkapartition': '4',
        'ce-knativekafkaoffset': String(offset),
        'content-type': 'application/json',
      }
      return aggregator.request('/', { method: 'POST', headers, body: JSON.stringify(events) })
    },
    event,
    journey: async (receipt: string) =>
      Journey.parse(await get(`/api/journey?receipt=${encodeURIComponent(receipt)}`)),
    journeys: async () => JourneyPage.parse(await get('/api/journeys')),
  }
}

describe('the journey of an event', () => {
  it('that asks: its record, its batch, and what it changed, from what to what', async () => {
    const { deliver, event, journey, journeys } = world()
    await deliver([event('1')], 6)
    const response = await deliver([event('2'), event('3', SAMPLED), event('4')], 7)
    expect(response.status).toBe(204)
    const told = await journey(`${SOURCE}#3`)
    expect(told).toMatchObject({
      verdict: 'counted',
      isFollowed: true,
      domain: 'sales',
      batch: 3,
      record: { topic: 'ventas-blackfriday', partition: 4, offset: 7, packed: 3, index: 1 },
      traceparent: SAMPLED,
      value: { producto_id: 'P1', precio: '40.5' },
      row: { id: '3' },
      repeats: [],
    })
    expect(told.changes).toEqual(
      expect.arrayContaining([
        { key: expect.stringMatching(/reportes:total:electronica$/), field: null, before: '2', after: '3' },
        {
          key: expect.stringMatching(/stats:precio:suma$/),
          field: 'electronica',
          before: '81.00',
          after: '121.50',
        },
        { key: expect.stringMatching(/ranking:global$/), field: 'P1', before: '6', after: '9' },
      ]),
    )
    expect(told.steps.map(({ step, instance, isKnown }) => [step, instance, isKnown])).toEqual([
      ['ingest', '0123456789ab', true],
      ['bridge', null, false],
      ['publisher', null, false],
      ['kafka', '/lote/0123456789ab#7', true],
      ['aggregator', null, true],
      ['valkey', null, true],
    ])
    expect((await journeys()).items.map(({ receipt }) => receipt)).toContain(`${SOURCE}#3`)
  })

  it('that came twice: counted once, and the repeats are told', async () => {
    let ms = NOW
    const { deliver, event, journey } = world(() => ms)
    await deliver([event('1', SAMPLED)], 1)
    ms += 1_000
    await deliver([event('1', SAMPLED)], 2)
    const told = await journey(`${SOURCE}#1`)
    expect(told).toMatchObject({ verdict: 'counted', record: { offset: 1 } })
    expect(told.repeats).toMatchObject([{ record: { offset: 2 } }])
  })

  it('that was not followed is told by its mark and the log', async () => {
    const { deliver, event, journey } = world()
    await deliver([event('1'), event('2')], 1)
    expect(await journey(`${SOURCE}#2`)).toMatchObject({
      verdict: 'counted',
      isFollowed: false,
      changes: null,
      record: null,
      row: { id: '2' },
    })
  })

  it('that was refused is a dead letter; one that nobody has seen is unknown', async () => {
    const { deliver, event, journey } = world()
    await deliver([event('5'), { no: 'event' }], 3)
    expect(await journey('/lote/0123456789ab#3')).toMatchObject({ verdict: 'dead', record: { offset: 3 } })
    expect(await journey(`${SOURCE}#99`)).toMatchObject({ verdict: 'unknown', row: null })
  })

  it('follows only so many a second', async () => {
    const { deliver, event, journeys } = world()
    const asking = Array.from({ length: 50 }, (_, at) => event(String(at + 1), SAMPLED))
    await deliver([...asking, event('100'), event('101')], 1)
    expect((await journeys()).items.length).toBe(11)
  })
})
