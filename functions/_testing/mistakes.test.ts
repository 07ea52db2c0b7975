/** What clients get wrong, over real sockets: each gets a clear answer, and the server stays as it was. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { Client, credentials, type ServiceError } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { methodsOf } from '../_adapters/grpc/definitions.ts'
import { type GrpcServer, serveGrpc } from '../_adapters/grpc/server.ts'
import { type HttpServer, serveHttp } from '../_adapters/http/server.ts'
import { domains } from '../_core/domains/index.ts'
import { BULK_BODY_BYTES, GRPC_MESSAGE_BYTES, SINGLE_BODY_BYTES } from '../_core/limits.ts'
import { ingestHandler } from '../ingest/handler.ts'
import { publisherHandler } from '../publisher/handler.ts'
import { memoryLog, memoryPorts, memorySink } from './ports.ts'

const SALE = '{"categoria":1,"producto_id":"P1","precio":40.5,"cantidad_vendida":3}'
const sink = memorySink()
const log = memoryLog()
let server: HttpServer
let grpc: GrpcServer
const url = (path: string): string => `http://127.0.0.1:${server.port}${path}`

beforeAll(async () => {
  const ports = { ...memoryPorts(), log, submit: sink.submit }
  server = await serveHttp(ingestHandler(ports), { host: '127.0.0.1', port: 0 })
  grpc = await serveGrpc(publisherHandler(ports), { host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  expect(log.lines.filter(({ level }) => level === 'error')).toEqual([])
  await server.close()
  await grpc.close()
})

type Body = NonNullable<RequestInit['body']>

/** A body of `bytes` bytes whose length no header tells. */
const chunked = (bytes: number): ReadableStream<Uint8Array> => {
  let left = bytes
  return new ReadableStream({
    pull(controller) {
      const size = Math.min(left, 65_536)
      controller.enqueue(new Uint8Array(size).fill(0x20))
      left -= size
      if (left === 0) controller.close()
    },
  })
}

async function send(
  path: string,
  body: Body,
  type = 'application/json',
  init: RequestInit & { duplex?: 'half' } = {},
) {
  const response = await fetch(url(path), {
    method: 'POST',
    headers: { 'content-type': type },
    body,
    ...init,
  })
  return { status: response.status, problem: (await response.json()) as { detail?: string } }
}

describe('mistakes over HTTP', () => {
  const bodies: [string, string, Body, string, number][] = [
    ['invalid UTF-8', '/venta', new Uint8Array([0x22, 0xc3, 0x28, 0x22]), 'application/json', 400],
    ['a lone surrogate as id', '/venta', SALE.replace('P1', '\\ud800'), 'application/json', 422],
    ['1e400 as price', '/venta', SALE.replace('40.5', '1e400'), 'application/json', 422],
    ['NaN, which is no JSON', '/venta', SALE.replace('40.5', 'NaN'), 'application/json', 400],
    [
      'deep nesting',
      '/venta',
      '['.repeat(SINGLE_BODY_BYTES / 2) + ']'.repeat(SINGLE_BODY_BYTES / 2),
      'application/json',
      422,
    ],
    [
      'deep nesting in bulk',
      '/ventas',
      `[${'['.repeat(30_000)}${']'.repeat(30_000)}]`,
      'application/json',
      422,
    ],
    ['__proto__ in place of fields', '/venta', `{"__proto__":${SALE}}`, 'application/json', 422],
    ['64 KiB + 1', '/venta', ' '.repeat(SINGLE_BODY_BYTES + 1), 'application/json', 413],
    ['10 MB', '/ventas', ' '.repeat(10_000_000), 'application/json', 413],
    ['a bulk over its limit', '/ventas', ' '.repeat(BULK_BODY_BYTES + 1), 'application/x-ndjson', 413],
    ['XML', '/venta', '<venta/>', 'application/xml', 415],
    ['an array at a door for one', '/venta', `[${SALE}]`, 'application/json', 422],
    ['null', '/venta', 'null', 'application/json', 422],
  ]
  it.each(bodies)('%s', async (_, path, body, type, status) => {
    const before = sink.events.length
    const seen = await send(path, body, type)
    expect(seen).toMatchObject({ status, problem: { status } })
    expect(sink.events).toHaveLength(before)
  })

  it.each([
    ['/venta', SINGLE_BODY_BYTES + 1],
    ['/ventas', BULK_BODY_BYTES + 1],
  ])('a body of unknown length at %s over %i bytes', async (path, bytes) => {
    expect(await send(path, chunked(bytes), 'application/json', { duplex: 'half' })).toMatchObject({
      status: 413,
    })
  })

  it('takes a body of just 64 KiB, and the last of duplicate keys as JSON.parse does', async () => {
    expect((await send('/venta', SALE.padEnd(SINGLE_BODY_BYTES))).status).toBe(200)
    expect((await send('/venta', SALE.replace('{', '{"precio":-1,'))).status).toBe(200)
    expect(Object.hasOwn(Object.prototype, 'categoria')).toBe(false)
  })

  it('forgets clients that vanish in the middle of a body, and serves the next', async () => {
    for (let round = 0; round < 20; round++) {
      const socket = connect(server.port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(
        'POST /venta HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60\r\n\r\n{"cat',
      )
      socket.destroy()
    }
    expect((await send('/venta', SALE)).status).toBe(200)
  })

  it('answers a client that sends byte by byte', async () => {
    const socket = connect(server.port, '127.0.0.1')
    const head = `POST /venta HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${SALE.length}\r\n\r\n`
    for (const byte of head + SALE) socket.write(byte)
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  })
})

describe('mistakes over gRPC', () => {
  it('refuses a message over the limit', async () => {
    const [domain] = domains
    if (domain === undefined) throw new Error('no domain')
    const { path, requestSerialize, responseDeserialize } = methodsOf(domain.grpc).one
    const message = domain.toMessage(
      { ...domain.examples[0]?.stored, producto_id: 'x'.repeat(GRPC_MESSAGE_BYTES) },
      undefined,
    )
    const client = new Client(`127.0.0.1:${grpc.port}`, credentials.createInsecure(), {
      'grpc.max_send_message_length': -1,
    })
    const error = await new Promise<ServiceError | null>((resolve) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message as object, resolve)
    })
    client.close()
    expect(error?.code).toBe(8)
  })
})
