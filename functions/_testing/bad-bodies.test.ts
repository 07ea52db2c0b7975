/** Every bad body at every HTTP endpoint that reads one: the same mistake gets the same answer, and nothing is taken. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BULK_BODY_BYTES, BULK_ITEMS, JSON_DEPTH, SINGLE_BODY_BYTES } from '../_core/limits.ts'
import { type Servers, startServers } from './servers.ts'

const JSON_TYPE = { 'content-type': 'application/json' }
const EVENT = { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/cliente', ...JSON_TYPE }
const SALE = { ...EVENT, 'ce-type': 'com.blackfriday.venta.v1' }
const STRUCTURED = { 'content-type': 'application/cloudevents+json' }
const BATCH = { 'content-type': 'application/cloudevents-batch+json' }
const NDJSON = { 'content-type': 'application/x-ndjson' }
const RECORD = {
  ...EVENT,
  'ce-type': 'dev.knative.kafka.event',
  'ce-source': '/apis/v1/namespaces/n/kafkasources/s#ventas-blackfriday',
}

interface EndpointAt {
  readonly at: 'ingest' | 'bridge' | 'aggregator'
  readonly path: string
  readonly headers: Record<string, string>
}

/** One event each. */
const SINGLE: Readonly<Record<string, EndpointAt>> = {
  'a sale': { at: 'ingest', path: '/venta', headers: JSON_TYPE },
  'a sale at the endpoint for many': { at: 'ingest', path: '/ventas', headers: JSON_TYPE },
  'a vote': { at: 'ingest', path: '/voto', headers: JSON_TYPE },
  'a binary event at ingest': { at: 'ingest', path: '/', headers: SALE },
  'a structured event at ingest': { at: 'ingest', path: '/', headers: STRUCTURED },
  'a plain sale at the bridge': { at: 'bridge', path: '/procesar', headers: JSON_TYPE },
  'a binary event at the bridge': { at: 'bridge', path: '/procesar', headers: SALE },
  'a structured event at the bridge': { at: 'bridge', path: '/procesar', headers: STRUCTURED },
  'an event from the log': { at: 'aggregator', path: '/', headers: SALE },
  'a foreign record': { at: 'aggregator', path: '/', headers: RECORD },
}
const MANY: Readonly<Record<string, EndpointAt>> = {
  'NDJSON of sales': { at: 'ingest', path: '/ventas', headers: NDJSON },
  'NDJSON of votes': { at: 'ingest', path: '/voto', headers: NDJSON },
  'a batch at ingest': { at: 'ingest', path: '/', headers: BATCH },
  'a batch at the bridge': { at: 'bridge', path: '/procesar', headers: BATCH },
}
const ALL = { ...SINGLE, ...MANY }

let servers: Servers
beforeAll(async () => {
  servers = await startServers()
})
beforeEach(() => void servers.events.splice(0))
afterAll(async () => {
  expect(servers.defects()).toEqual([])
  await servers.close()
})

async function send({ at, path, headers }: EndpointAt, body: string | Uint8Array<ArrayBuffer>) {
  const url = `http://127.0.0.1:${servers.port[at]}${path}`
  const response = await fetch(url, { method: 'POST', headers, body })
  const problem = (await response.json()) as { status: number }
  return { type: response.headers.get('content-type'), status: response.status, problem }
}

const nested = (bytes: number): string => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2)
const FIELDS = '{"categoria":1,"producto_id":"P1","precio":1,"cantidad_vendida":1}'

const mistakes: [string, string | Uint8Array<ArrayBuffer>, Readonly<Record<string, EndpointAt>>, number[]][] =
  [
    ['no JSON', '{"categoria":', ALL, [400]],
    ['invalid UTF-8', new Uint8Array([0x22, 0xc3, 0x28, 0x22]), ALL, [400]],
    ['a byte order mark in the middle', FIELDS.replace(',', ',\ufeff'), ALL, [400]],
    ['65 levels', nested(2 * JSON_DEPTH + 2), ALL, [400, 422]],
    ['NaN', FIELDS.replace('1}', 'NaN}'), ALL, [400]],
    ['nothing', '', SINGLE, [400]],
    ['nothing', '', MANY, [400, 422]],
    ['null', 'null', ALL, [400, 422]],
    ['a number', '7', ALL, [400, 422]],
    ['fields under __proto__', `{"__proto__":${FIELDS}}`, ALL, [400, 422]],
    ['as deep as 64 KiB allow', nested(SINGLE_BODY_BYTES), ALL, [400, 422]],
    ['64 KiB + 1', ' '.repeat(SINGLE_BODY_BYTES + 1), SINGLE, [413]],
    ['5 MiB + 1', ' '.repeat(BULK_BODY_BYTES + 1), ALL, [413]],
    ['4 MB of openings', '['.repeat(4_000_000), { batch: MANY['a batch at ingest'] as EndpointAt }, [400]],
    [
      'a million values in one item',
      `[[${'{},'.repeat(1_000_000)}{}]]`,
      { batch: MANY['a batch at ingest'] as EndpointAt },
      [413],
    ],
    ['10 MB, deep', nested(10_000_000), ALL, [413]],
    [
      'over 10,000 events',
      `[${'7,'.repeat(BULK_ITEMS)}7]`,
      { batch: MANY['a batch at ingest'] as EndpointAt },
      [413],
    ],
  ]
describe.each(mistakes)('%s', (_mistake, body, endpoints, expected) => {
  it.each(Object.entries(endpoints))('%s', async (_endpoint, endpoint) => {
    const { status, type, problem } = await send(endpoint, body)
    expect(expected).toContain(status)
    expect([type, problem.status]).toEqual(['application/problem+json', status])
    expect(servers.events).toEqual([])
  })
})

it.each(Object.entries(ALL))('%s in another media type', async (_, endpoint) => {
  const { status } = await send({ ...endpoint, headers: { 'content-type': 'text/xml' } }, FIELDS)
  expect(status).toBe(415)
})

it.each(Object.entries(ALL))('%s at no route, and by another method', async (_, { at, path }) => {
  const url = `http://127.0.0.1:${servers.port[at]}`
  expect((await fetch(`${url}/nada`, { method: 'POST' })).status).toBe(404)
  const response = await fetch(url + path, { method: 'PUT' })
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS'])
})

it('deep nesting costs an array one item, not the server', async () => {
  const endpoint = { at: 'ingest', path: '/ventas', headers: JSON_TYPE } as const
  const url = `http://127.0.0.1:${servers.port.ingest}${endpoint.path}`
  const body = `[${FIELDS},${nested(600_000)},${FIELDS}]`
  const response = await fetch(url, { method: 'POST', headers: endpoint.headers, body })
  expect(await response.json()).toMatchObject({ almacenadas: 2, rechazadas: [{ indice: 1 }] })
  expect((await send(endpoint, '['.repeat(600_000))).status).toBe(400)
})
