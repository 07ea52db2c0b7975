/** Bodies as clients of the field send them: compressed, with a byte order mark, in a charset, without a type. */
import { promisify } from 'node:util'
import { brotliCompress, deflate, gzip, zstdCompress } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { BULK_BODY_BYTES, SINGLE_BODY_BYTES } from '../_core/limits.ts'
import { type Servers, startServers } from './servers.ts'

const SALE = '{"categoria":1,"producto_id":"P1","precio":40.5,"cantidad_vendida":3}'
const VOTE = '{"name":"Los Prisioneros","album":"Corazones","year":1990,"rank":1}'
const JSON_TYPE = 'application/json'
const NDJSON = 'application/x-ndjson'
const BATCH = 'application/cloudevents-batch+json'
const event = (id: string) =>
  `{"specversion":"1.0","id":"${id}","source":"/cliente","type":"com.blackfriday.venta.v1","data":${SALE}}`
const RECORD = {
  'ce-specversion': '1.0',
  'ce-id': 'partition:0/offset:1',
  'ce-source': '/apis/v1/namespaces/n/kafkasources/s#ventas-blackfriday',
  'ce-type': 'dev.knative.kafka.event',
}

type Function = 'ingest' | 'bridge' | 'aggregator'
interface Request {
  readonly at: Function
  readonly path: string
  readonly type: string
  readonly body: string
  readonly events: number
}
const REQUESTS: Readonly<Record<string, Request>> = {
  'a sale': { at: 'ingest', path: '/venta', type: JSON_TYPE, body: SALE, events: 1 },
  'a sale at the endpoint for many': {
    at: 'ingest',
    path: '/ventas',
    type: JSON_TYPE,
    body: SALE,
    events: 1,
  },
  'an array': { at: 'ingest', path: '/ventas', type: JSON_TYPE, body: `[${SALE},${SALE}]`, events: 2 },
  NDJSON: { at: 'ingest', path: '/voto', type: NDJSON, body: `${VOTE}\n${VOTE}\n`, events: 2 },
  'a batch': { at: 'ingest', path: '/', type: BATCH, body: `[${event('a')},${event('b')}]`, events: 2 },
  'a plain sale at the bridge': { at: 'bridge', path: '/procesar', type: JSON_TYPE, body: SALE, events: 1 },
  'an event from the log': {
    at: 'aggregator',
    path: '/',
    type: 'application/cloudevents+json',
    body: event('c'),
    events: 1,
  },
}

let servers: Servers
beforeAll(async () => {
  servers = await startServers()
})
beforeEach(() => void servers.events.splice(0))
afterAll(async () => {
  expect(servers.defects()).toEqual([])
  await servers.close()
})

async function send(
  at: Function,
  path: string,
  headers: Record<string, string>,
  body: string | Uint8Array<ArrayBuffer>,
) {
  const url = `http://127.0.0.1:${servers.port[at]}${path}`
  const response = await fetch(url, { method: 'POST', headers, body })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

const ENCODERS = {
  gzip: promisify(gzip),
  deflate: promisify(deflate),
  br: promisify(brotliCompress),
  zstd: promisify(zstdCompress),
} as const
const encodings = Object.keys(ENCODERS) as (keyof typeof ENCODERS)[]
const encoded = async (encoding: keyof typeof ENCODERS, text: string): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await ENCODERS[encoding](Buffer.from(text)))

describe.each(Object.entries(REQUESTS))('%s', (_, { at, path, type, body, events }) => {
  it.each(encodings)('in %s', async (encoding) => {
    const headers = { 'content-type': type, 'content-encoding': encoding }
    const { status, text } = await send(at, path, headers, await encoded(encoding, body))
    expect([status, servers.events.length], text).toEqual([at === 'aggregator' ? 204 : 200, events])
  })

  it('with a byte order mark', async () => {
    const { status, text } = await send(at, path, { 'content-type': type }, `\ufeff${body}`)
    expect([status, servers.events.length], text).toEqual([at === 'aggregator' ? 204 : 200, events])
  })

  it('in another charset is refused by name, in UTF-8 it is taken', async () => {
    const latin = await send(at, path, { 'content-type': `${type}; charset=ISO-8859-1` }, body)
    expect([latin.status, latin.text]).toEqual([415, expect.stringContaining('iso-8859-1')])
    const utf8 = await send(at, path, { 'content-type': `${type}; charset="UTF-8"` }, body)
    expect(utf8.status).toBeLessThan(300)
  })

  it('that is not what its encoding says, or in an unknown one', async () => {
    const broken = await send(at, path, { 'content-type': type, 'content-encoding': 'gzip' }, body)
    expect([broken.status, broken.text]).toEqual([400, expect.stringContaining('Content-Encoding')])
    const unknown = await send(at, path, { 'content-type': type, 'content-encoding': 'compress' }, body)
    expect([unknown.status, unknown.headers.get('accept-encoding')]).toEqual([415, 'gzip, deflate, br, zstd'])
    expect(servers.events).toEqual([])
  })

  it('that decodes to more than the limit', async () => {
    const headers = { 'content-type': type, 'content-encoding': 'gzip' }
    const many = path === '/ventas' || path === '/voto' || type === BATCH
    const bytes = (many ? BULK_BODY_BYTES : SINGLE_BODY_BYTES) + 1
    const { status } = await send(at, path, headers, await encoded('gzip', ' '.repeat(bytes)))
    expect([status, servers.events.length]).toEqual([413, 0])
  })
})

it('a record with a byte order mark is counted', async () => {
  const { status } = await send('aggregator', '/', RECORD, `\ufeff${SALE}`)
  expect([status, servers.events.length]).toEqual([204, 1])
})

it.each([
  ['ingest', '/venta'],
  ['ingest', '/ventas'],
  ['bridge', '/procesar'],
] as const)(
  'a body without Content-Type at %s %s is refused: any web page can send one',
  async (at, path) => {
    const { status, text } = await send(at, path, {}, new TextEncoder().encode(SALE))
    expect([status, text]).toEqual([415, expect.stringContaining('application/json')])
    expect(servers.events).toEqual([])
  },
)

it('a window of zstd is as long as HTTP has it, and a long one costs nothing', async () => {
  const frameOf = (windowLog: number) =>
    new Uint8Array([
      ...[0x28, 0xb5, 0x2f, 0xfd, 0x00, (windowLog - 10) << 3],
      // One raw block, the last (RFC 8878, section 3.1.1.2).
      ...[(SALE.length << 3) | 1, SALE.length >> 5, 0x00],
      ...Buffer.from(SALE),
    ])
  const headers = { 'content-type': JSON_TYPE, 'content-encoding': 'zstd' }
  expect((await send('ingest', '/venta', headers, frameOf(23))).status).toBe(200)
  expect((await send('ingest', '/venta', headers, frameOf(24))).status).toBe(400)
})

it('a body that decodes to nothing is no longer than one that does not', async () => {
  const nothing = await encoded('gzip', '')
  const body = Buffer.concat(new Array(Math.ceil(BULK_BODY_BYTES / nothing.length) + 1).fill(nothing))
  // In chunks: it does not say how long it is.
  const init = { method: 'POST', body: new Blob([body]).stream(), duplex: 'half' } as const
  const headers = { 'content-type': NDJSON, 'content-encoding': 'gzip' }
  const response = await fetch(`http://127.0.0.1:${servers.port.ingest}/ventas`, { ...init, headers })
  expect(response.status).toBe(413)
})
