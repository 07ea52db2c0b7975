/** What clients get wrong over HTTP, on real sockets: each gets a clear answer, and the server stays as it was. */
import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { BULK_BODY_BYTES, SINGLE_BODY_BYTES } from '../_core/limits.ts'
import { type Servers, startServers } from './servers.ts'

const SALE = '{"categoria":1,"producto_id":"P1","precio":40.5,"cantidad_vendida":3}'
let servers: Servers
const url = (path: string): string => `http://127.0.0.1:${servers.port.ingest}${path}`

beforeAll(async () => {
  servers = await startServers()
})
afterAll(async () => {
  expect(servers.defects()).toEqual([])
  await servers.close()
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
    ['a lone surrogate as id', '/venta', SALE.replace('P1', '\\ud800'), 'application/json', 422],
    ['1e400 as price', '/venta', SALE.replace('40.5', '1e400'), 'application/json', 422],
    ['a bulk over its limit', '/ventas', ' '.repeat(BULK_BODY_BYTES + 1), 'application/x-ndjson', 413],
    ['an array at an endpoint for one', '/venta', `[${SALE}]`, 'application/json', 422],
  ]
  it.each(bodies)('%s', async (_, path, body, type, status) => {
    const before = servers.events.length
    const seen = await send(path, body, type)
    expect(seen).toMatchObject({ status, problem: { status } })
    expect(servers.events).toHaveLength(before)
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

  it.each([
    ['a body', '/venta', 'Content-Length: 60\r\n\r\n{"cat'],
    ['a chunk', '/venta', 'Transfer-Encoding: chunked\r\n\r\n40\r\n{"cat'],
    ['a long bulk', '/ventas', `Content-Length: 900000\r\n\r\n[${SALE},`],
    ['a bulk of unknown length', '/ventas', `Transfer-Encoding: chunked\r\n\r\n40\r\n[${SALE}`],
  ])('forgets clients that vanish in the middle of %s, and serves the next', async (_, path, rest) => {
    for (let round = 0; round < 20; round++) {
      const socket = connect(servers.port.ingest, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${rest}`)
      socket.destroy()
    }
    expect((await send('/venta', SALE)).status).toBe(200)
  })

  it('answers a client that sends byte by byte', async () => {
    const socket = connect(servers.port.ingest, '127.0.0.1')
    const head = [
      'POST /venta HTTP/1.1',
      'Host: x',
      'Connection: close',
      'Content-Type: application/json',
      `Content-Length: ${SALE.length}\r\n\r\n`,
    ].join('\r\n')
    for (const byte of head + SALE) socket.write(byte)
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  })
})
