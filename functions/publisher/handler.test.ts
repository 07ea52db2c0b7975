import {
  type ChannelCredentials,
  Client,
  credentials,
  Metadata,
  type ServiceError,
  status,
} from '@grpc/grpc-js'
import { afterEach, describe, expect, it } from 'vitest'
import { publisherClient } from '../_adapters/grpc/client.ts'
import {
  type BatchResponse,
  methodsOf,
  type OneResponse,
  type Unary,
  unary,
} from '../_adapters/grpc/definitions.ts'
import { type GrpcServer, serveGrpc } from '../_adapters/grpc/server.ts'
import { standardServices } from '../_adapters/grpc/standard.ts'
import { Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import { HealthDefinition } from '../_core/gen/health/v1/health.ts'
import type { Outcome } from '../_core/ports.ts'
import { healthy, memoryPorts, memorySink, SOURCE } from '../_testing/ports.ts'
import { publisherHandler } from './handler.ts'

const SALE = { categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3, contexto: undefined }
const TIME = '2026-11-27T12:00:00Z'
const INSECURE: ChannelCredentials = credentials.createInsecure()
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close()
})

async function publisher(outcome?: (event: Event) => Outcome) {
  const ports = memoryPorts()
  const sink = memorySink(outcome)
  const services = [
    ...publisherHandler({ ...ports, submit: sink.submit }),
    ...standardServices(ports.registry, healthy),
  ]
  const server: GrpcServer = await serveGrpc(services, { host: '127.0.0.1', port: 0 })
  const address = `127.0.0.1:${server.port}`
  const client = new Client(address, INSECURE)
  open.push(server, client)
  const call = <Request, Response>(
    method: Unary<Request, Response>,
    request: Request,
    metadata = new Metadata(),
  ) =>
    new Promise<Response>((resolve, reject) => {
      const { path, requestSerialize, responseDeserialize } = method
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        request,
        metadata,
        (error, response) => (response === undefined ? reject(error) : resolve(response)),
      )
    })
  const [domain] = ports.registry.all
  if (domain === undefined) throw new Error('no domain')
  return { call, address, domain, methods: methodsOf(domain.grpc), events: sink.events }
}

/** The status a call fails with. */
const statusOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    ({ code, details }: ServiceError) => ({ code, details }),
  )

describe('publisher: unary', () => {
  it('answers OK when the sale is stored', async () => {
    const { call, methods, events } = await publisher()
    expect(await call(methods.one, SALE)).toEqual({ estado: 'OK', exito: true } satisfies OneResponse)
    expect(events).toMatchObject([{ source: SOURCE, id: '1', value: { producto_id: 'P1' } }])
  })

  it('takes identity and trace from metadata', async () => {
    const { call, methods, events } = await publisher()
    const metadata = new Metadata()
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
    metadata.set('idempotency-key', 'k1')
    metadata.set('traceparent', traceparent)
    await call(methods.one, SALE, metadata)
    expect(events).toMatchObject([{ source: '/idempotency/ventas-blackfriday', id: 'k1', traceparent }])
  })

  it.each([
    ['invalid', { ...SALE, precio: Number.NaN }, 3, 'precio must be a number'],
    ['invalid', { ...SALE, categoria: 9 }, 3, 'categoria must be'],
    ['invalid', { ...SALE, producto_id: '' }, 3, 'producto_id must be'],
    [
      'invalid',
      { ...SALE, contexto: { id: 'x', source: '', time: '', traceparent: '' } },
      3,
      'contexto.source',
    ],
    [
      'invalid',
      { ...SALE, contexto: { id: 'x', source: '%2Fingest/0123456789ab', time: TIME, traceparent: '' } },
      3,
      'contexto.source is reserved',
    ],
    ['identity', SALE, 9, 'later'],
    ['busy', SALE, 8, 'later'],
    ['unavailable', SALE, 14, 'later'],
  ] as const)('answers %s as a status code that names what is wrong', async (code, sale, status, text) => {
    const { call, methods } = await publisher(() => new Failure(code, 'later'))
    expect(await statusOf(call(methods.one, sale))).toEqual({
      code: status,
      details: expect.stringContaining(text),
    })
  })
})

describe('publisher: batch', () => {
  it('answers one result for each item, in order', async () => {
    const { call, methods, domain } = await publisher(({ id }) =>
      id === '2' ? new Failure('busy', 'full') : undefined,
    )
    const request = { [domain.grpc.items]: [SALE, { ...SALE, cantidad_vendida: 0 }, SALE] }
    const { resultados }: BatchResponse = await call(methods.batch, request)
    expect(resultados).toMatchObject([
      { exito: true, codigo: 0, id: `${SOURCE}#1` },
      { exito: false, codigo: 3, motivo: expect.stringContaining('cantidad_vendida'), id: '' },
      { exito: false, codigo: 8, motivo: 'full' },
    ])
  })
})

describe('publisher client', () => {
  it('hands over events of several domains and brings each its own outcome', async () => {
    const bad = new Failure('invalid', 'no')
    const { address, events } = await publisher(({ id }) => (id === 'b' ? bad : undefined))
    const client = publisherClient(address, 2)
    open.push(client)
    const [sale, vote] = memoryPorts().registry.all.map((domain) => ({
      domain,
      value: domain.examples[0]?.stored ?? {},
    }))
    if (sale === undefined || vote === undefined) throw new Error('two domains are needed')
    const time = '2026-11-27T12:00:00Z'
    const batch = ['a', 'b', 'c'].map((id, index) => ({
      id,
      source: '/s',
      time,
      ...(index === 1 ? sale : vote),
    }))
    const outcomes = await client.send(batch)
    expect(outcomes.map((outcome) => outcome?.code)).toEqual([undefined, 'invalid', undefined])
    expect(events.map(({ id, value }) => [id, value])).toEqual([
      ['a', vote.value],
      ['c', vote.value],
    ])
  })

  it('answers unavailable when nobody listens', async () => {
    const { address, domain } = await publisher()
    for (const part of open.splice(0).reverse()) await part.close()
    const client = publisherClient(address, 1)
    open.push(client)
    const value = domain.examples[0]?.stored ?? {}
    const outcomes = await client.send([
      { id: 'a', source: '/s', time: '2026-11-27T12:00:00Z', domain, value },
    ])
    expect(outcomes.map((outcome) => outcome?.code)).toEqual(['unavailable'])
  })
})

it('answers grpc.health.v1', async () => {
  const { call } = await publisher()
  const check = unary(HealthDefinition.fullName, HealthDefinition.methods.check)
  for (const service of ['', 'blackfriday.ProductSaleService', 'grpc.health.v1.Health']) {
    expect(await call(check, { service })).toEqual({ status: 1 })
  }
  await expect(call(check, { service: 'blackfriday.Nada' })).rejects.toMatchObject({ code: status.NOT_FOUND })
})
