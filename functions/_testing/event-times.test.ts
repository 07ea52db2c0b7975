/** Events that are dated too far ahead or back are refused at every endpoint, and clamped when they come from the log. */
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { methodsOf } from '../_adapters/grpc/definitions.ts'
import { domains } from '../_core/domains/index.ts'
import { EVENT_FUTURE_MS, EVENT_PAST_DAYS } from '../_core/limits.ts'
import { NOW } from './ports.ts'
import { type Servers, startServers } from './servers.ts'

const [domain] = domains
if (domain === undefined) throw new Error('there is no domain')
const data = domain.examples[0]?.stored ?? {}
const at = (ms: number): string => new Date(NOW + ms).toISOString()
const PAST_MS = EVENT_PAST_DAYS * 86_400_000
const DETAIL = `must be at most ${EVENT_PAST_DAYS} days ago and 5 minutes ahead`

let servers: Servers
beforeAll(async () => {
  servers = await startServers()
})
afterAll(() => servers.close())

const eventOf = (time: string) => ({
  ...{ specversion: '1.0', id: time, source: '/cliente', type: domain.type, time },
  data,
})

async function post(port: number, path: string, headers: Record<string, string>, body: unknown) {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return { status: response.status, body: response.status === 204 ? {} : await response.json() }
}

const structured = (port: number, path: string, time: string) =>
  post(port, path, { 'content-type': 'application/cloudevents+json' }, eventOf(time))

function binary(port: number, path: string, time: string) {
  const { data: body, ...attributes } = eventOf(time)
  const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, value])
  return post(port, path, { 'content-type': 'application/json', ...Object.fromEntries(headers) }, body)
}

const SENDS: Record<string, (time: string) => Promise<{ status: number; body: unknown }>> = {
  'ingest, structured': (time) => structured(servers.port.ingest, '/', time),
  'ingest, binary': (time) => binary(servers.port.ingest, '/', time),
  'bridge, structured': (time) => structured(servers.port.bridge, '/procesar', time),
  'bridge, binary': (time) => binary(servers.port.bridge, '/procesar', time),
}

describe.each(Object.entries(SENDS))('at %s', (_, send) => {
  it.each([at(EVENT_FUTURE_MS), at(-PAST_MS)])('%s is taken as it is', async (time) => {
    expect(await send(time)).toMatchObject({ status: 200 })
    expect(servers.events.at(-1)?.time).toBe(time)
  })

  it.each([at(EVENT_FUTURE_MS + 1), at(-PAST_MS - 1), '9999-12-31T23:59:59Z'])('%s is 422', async (time) => {
    const before = servers.events.length
    const body = { errors: [{ pointer: '#/time', detail: DETAIL }] }
    expect(await send(time)).toMatchObject({ status: 422, body })
    expect(servers.events).toHaveLength(before)
  })
})

it('in a batch it harms no neighbour', async () => {
  const batch = [eventOf(at(0)), eventOf('9999-12-31T23:59:59Z'), eventOf(at(-1))]
  const type = { 'content-type': 'application/cloudevents-batch+json' }
  const { status: code, body } = await post(servers.port.ingest, '/', type, batch)
  expect([code, body]).toMatchObject([
    200,
    { almacenadas: 2, rechazadas: [{ indice: 1, errores: [{ pointer: '#/time', detail: DETAIL }] }] },
  ])
})

it.each([
  [at(EVENT_FUTURE_MS), status.OK, undefined],
  [at(EVENT_FUTURE_MS + 1), status.INVALID_ARGUMENT, `contexto.time ${DETAIL}`],
  [at(-PAST_MS - 1), status.INVALID_ARGUMENT, `contexto.time ${DETAIL}`],
])('over gRPC, %s', async (time, code, details) => {
  const client = new Client(`127.0.0.1:${servers.port.publisher}`, credentials.createInsecure())
  const { one } = methodsOf(domain.grpc)
  const context = { id: time, source: '/cliente', time, traceparent: '' }
  const message = domain.toMessage(data, context) as object
  const error = await new Promise<ServiceError | null>((resolve) =>
    client.makeUnaryRequest(one.path, one.requestSerialize, one.responseDeserialize, message, resolve),
  )
  client.close()
  expect([error?.code ?? status.OK, error?.details]).toEqual([code, details])
})

it('in the log, what is dated ahead counts as of now, and what is long past stays', async () => {
  for (const [said, time] of [
    ['9999-12-31T23:59:59Z', at(0)],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00Z'],
  ] as const) {
    expect(await binary(servers.port.aggregator, '/', said)).toMatchObject({ status: 204 })
    expect(servers.events.at(-1)?.time).toBe(time)
  }
})
