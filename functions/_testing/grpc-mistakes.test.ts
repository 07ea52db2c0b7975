/** What clients get wrong over gRPC, on real sockets: a status that says whose mistake it is, never INTERNAL. */
import { Client, compressionAlgorithms, credentials, type ServiceError, status } from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { methodsOf } from '../_adapters/grpc/definitions.ts'
import { domains } from '../_core/domains/index.ts'
import { BULK_ITEMS, GRPC_MESSAGE_BYTES } from '../_core/limits.ts'
import { type Servers, startServers } from './servers.ts'

const [domain] = domains
if (domain === undefined) throw new Error('there is no domain')
const { one, batch } = methodsOf(domain.grpc)
const value = domain.examples[0]?.stored ?? {}
const message = (change: object = {}, contexto?: object) =>
  domain.toMessage({ ...value, ...change }, contexto as never) as object
const CONTEXT = { id: '1', source: '/cliente', time: '2026-11-27T12:00:00Z', traceparent: '' }

let servers: Servers
let client: Client
beforeAll(async () => {
  servers = await startServers()
  client = new Client(`127.0.0.1:${servers.port.publisher}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
  })
})
afterAll(async () => {
  client.close()
  expect(servers.defects()).toEqual([])
  await servers.close()
})

/** The status of a call with these bytes. */
const call = (path: string, bytes: Buffer): Promise<number> => callBy(client, path, bytes)

/** The same in gzip: a few kilobytes that stand for many. */
async function callCompressed(path: string, bytes: Buffer): Promise<number> {
  const zipping = new Client(`127.0.0.1:${servers.port.publisher}`, credentials.createInsecure(), {
    'grpc.max_send_message_length': -1,
    'grpc.default_compression_algorithm': compressionAlgorithms.gzip,
  })
  try {
    return await callBy(zipping, path, bytes)
  } finally {
    zipping.close()
  }
}

function callBy(by: Client, path: string, bytes: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const done = (error: ServiceError | null) => resolve(error?.code ?? status.OK)
    by.makeUnaryRequest(
      path,
      (sent: Buffer) => sent,
      (answer: Buffer) => answer,
      bytes,
      done,
    )
  })
}

const bytesOf = (change: object, contexto?: object): Buffer => one.requestSerialize(message(change, contexto))
/** Field 2, a string of two bytes that are no UTF-8. */
const NO_UTF8 = Buffer.from([0x12, 0x02, 0x61, 0xff])

it.each([
  ['no UTF-8 in a string', Buffer.concat([bytesOf({}), NO_UTF8])],
  ['a message that breaks off', bytesOf({}).subarray(0, 5)],
  ['no message', Buffer.from('hola, esto no es protobuf')],
  ['no number as price', bytesOf({ precio: Number.NaN })],
  ['an infinite price', bytesOf({ precio: Number.POSITIVE_INFINITY })],
  ['an unknown category', bytesOf({ categoria: 9 })],
  ['nothing', Buffer.alloc(0)],
  ['a context with a blank id', bytesOf({}, { ...CONTEXT, id: '\u00a0' })],
  ['a context whose source is no URI-reference', bytesOf({}, { ...CONTEXT, source: 'no uri' })],
  ['a context with a time that is none', bytesOf({}, { ...CONTEXT, time: '2026-02-30T00:00:00Z' })],
])('%s', async (_, bytes) => {
  const before = servers.events.length
  expect(await call(one.path, bytes)).toBe(status.INVALID_ARGUMENT)
  expect(servers.events).toHaveLength(before)
})

const batchOf = (items: readonly object[]): Buffer => batch.requestSerialize({ [domain.grpc.items]: items })
/** Field 1, a message of no bytes, again and again. */
const EMPTY_ITEMS = Buffer.alloc(GRPC_MESSAGE_BYTES).fill(Buffer.from([0x0a, 0x00]))

it.each([
  ['over 10,000 items', batchOf(new Array(BULK_ITEMS + 1).fill(message()))],
  ['as many empty items as its bytes allow', EMPTY_ITEMS],
  ['over its limit in bytes', batchOf([message({ producto_id: 'x'.repeat(GRPC_MESSAGE_BYTES) })])],
])('a batch of %s', async (_, bytes) => {
  expect(await call(batch.path, bytes)).toBe(status.RESOURCE_EXHAUSTED)
  expect(await callCompressed(batch.path, bytes)).toBe(status.RESOURCE_EXHAUSTED)
})

it('an unknown method', async () => {
  expect(await call(`/${domain.grpc.fullName}/Nada`, Buffer.alloc(0))).toBe(status.UNIMPLEMENTED)
})

it('forgets clients that vanish in the middle of a call, and serves the next', async () => {
  for (let round = 0; round < 20; round++) {
    const passing = new Client(`127.0.0.1:${servers.port.publisher}`, credentials.createInsecure())
    const started = passing.makeUnaryRequest(
      one.path,
      one.requestSerialize,
      one.responseDeserialize,
      message(),
      () => {},
    )
    started.cancel()
    passing.close()
  }
  expect(await call(one.path, bytesOf({}))).toBe(status.OK)
})
