/** Orders over the whole pipeline: every way in, what becomes of an order, and what is refused. */
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js'
import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import {
  ConsultaPedido,
  PedidoConsultado,
  PedidoServiceDefinition,
} from '../../../functions/_core/gen/logistica.ts'
import { deadLetterTopic } from '../../../functions/_core/registry.ts'
import { hindrances, Watched } from '../../../functions/console/_testing/watch.ts'
import { readLog } from '../../lib/kafka/read.ts'
import { headerText } from '../../lib/kafka/record.ts'
import { startTestStack, type TestStack } from '../../local/test-stack.ts'

const ARRIVES = { timeout: 30_000 }
const ORDERS = 60
const LINE = ['preparar', 'enviar', 'entregar', 'finalizar']

let stack: TestStack
let valkey: Redis
let publisher: Client
beforeAll(async () => {
  const servers = { brokers: inject('kafkaBrokers'), valkeyUrl: inject('valkeyUrl') }
  stack = await startTestStack(servers)
  valkey = new Redis(servers.valkeyUrl, { keyPrefix: stack.prefix })
  publisher = new Client(stack.publisher, credentials.createInsecure())
}, 120_000)
afterAll(async () => {
  publisher.close()
  valkey.disconnect()
  await stack.stop()
})

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(stack.url.ingest + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  const answered = (await response.json()) as { readonly estado?: string; readonly pedido?: string }
  return { status: response.status, body: answered }
}

const stateOf = (id: string): Promise<string | null> => valkey.hget(`pedido:${id}`, 'estado')
const arrives = (id: string, state: string) =>
  vi.waitFor(async () => expect(await stateOf(id)).toBe(state), ARRIVES)

/** A call as bytes, by a client that knows nothing of this system. */
const callBytes = (path: string, message: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const done = (error: ServiceError | null, answer?: Buffer) => (answer ? resolve(answer) : reject(error))
    publisher.makeUnaryRequest(
      path,
      (bytes: Buffer) => bytes,
      (bytes: Buffer) => bytes,
      message,
      done,
    )
  })

/** A length-delimited field (protobuf encoding), shorter than 128 bytes. */
const field = (number: number, text: string): Buffer =>
  Buffer.from([(number << 3) | 2, Buffer.byteLength(text), ...Buffer.from(text)])

describe('an order comes in', () => {
  it('by HTTP, and is told its id', async () => {
    const { status, body } = await post('/pedidos', {
      product_name: 'Mesa',
      price: 19.5,
      email: 'a@example.com',
    })
    expect([status, body.estado]).toEqual([200, 'OK'])
    await arrives(body.pedido ?? '', 'Procesando')
    expect(
      await valkey.hmget(`pedido:${body.pedido}`, 'nombre_producto', 'precio', 'correo', 'version'),
    ).toEqual(['Mesa', '19.5', 'a@example.com', '1'])
  })

  it('under its Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'pedido-1' }
    expect((await post('/pedidos', { producto: 'Silla', precio: 5 }, key)).body.pedido).toBe('pedido-1')
    await arrives('pedido-1', 'Procesando')
  })

  it('by the services of earlier clients, byte for byte', async () => {
    const json = JSON.stringify({ order_id: 'viejo-1', product_name: 'Lámpara', price: 7 })
    const answer = await callBytes('/orders.OrderService/SendMessage', field(1, json))
    expect(answer).toEqual(field(1, 'Mensaje enviado a Kafka'))
    await arrives('viejo-1', 'Procesando')
    const price = Buffer.alloc(5)
    price.writeUInt8((2 << 3) | 5)
    price.writeFloatLE(19.99, 1)
    const other = await callBytes('/PedidoService/CrearPedido', Buffer.concat([field(1, 'Alfombra'), price]))
    expect(other).toEqual(field(1, 'OK'))
    await vi.waitFor(async () => {
      const keys = await valkey.zrange('pedidos:en:Procesando', '0', '-1')
      const prices = await Promise.all(
        keys.map((id) => valkey.hmget(`pedido:${id}`, 'nombre_producto', 'precio')),
      )
      expect(prices).toContainEqual(['Alfombra', '19.99'])
    }, ARRIVES)
  })
})

describe('what happens to it', () => {
  it('moves it, by any spelling of event and state', async () => {
    await post('/pedidos', { id: 'vida-1', producto: 'Mesa', precio: 1 })
    for (const evento of ['PREPARACION', 'enviado', 'entregar', 'Finalizado']) {
      expect((await post('/pedidos/vida-1/eventos', { evento })).body).toMatchObject({ pedido: 'vida-1' })
    }
    await arrives('vida-1', 'Finalizado')
    expect(await valkey.ttl('pedido:vida-1')).toBeGreaterThan(29 * 24 * 3600)
  })

  it('is told by the console, and the same by gRPC', async () => {
    await post('/pedidos', { id: 'consulta 1', producto: 'Mesa', precio: 1 })
    await arrives('consulta 1', 'Procesando')
    const answer = await fetch(`${stack.url.console}/pedidos/consulta%201`)
    const told = (await answer.json()) as { readonly historia: unknown; readonly permitidos: unknown }
    expect(told).toMatchObject({
      ...{ id: 'consulta 1', estado: 'Procesando', version: 1, rechazados: [] },
      datos: { nombre_producto: 'Mesa', precio: '1' },
      historia: [{ n: 1, caso: 'movio', a: 'Procesando', evento: 'crear' }],
    })
    const { fullName, methods } = PedidoServiceDefinition
    const ask = ConsultaPedido.encode({ id: 'consulta 1' }).finish()
    const bytes = await callBytes(`/${fullName}/${methods.consultarPedido.name}`, Buffer.from(ask))
    expect(PedidoConsultado.decode(bytes)).toEqual(told)
    const unknown = callBytes(`/${fullName}/${methods.consultarPedido.name}`, field(1, 'nadie'))
    await expect(unknown).rejects.toMatchObject({ code: status.NOT_FOUND })
  })

  it('does not when it is not allowed: a dead letter says what would be', async () => {
    await post('/pedidos', { id: 'mala-1', producto: 'Mesa', precio: 1 })
    await post('/pedidos/mala-1/eventos', { evento: 'entregar' })
    const topic = stack.domains.find(({ ordered }) => ordered)?.topic ?? ''
    const kafka = new Kafka({ brokers: [stack.brokers], logLevel: logLevel.NOTHING })
    const answers = await vi.waitFor(async () => {
      const found: string[] = []
      for await (const records of readLog(kafka, { topic: deadLetterTopic(topic) })) {
        for (const { headers } of records)
          found.push(Buffer.from(headerText(headers.ce_knativeerrordata) ?? '', 'base64').toString())
      }
      expect(found.join()).toContain('"evento":"entregar"')
      return found
    }, ARRIVES)
    expect(answers.join()).toContain(
      '"de":"Procesando","evento":"entregar","permitidos":["preparar","cancelar"]',
    )
    expect(await stateOf('mala-1')).toBe('Procesando')
    const [refused] = Object.values(await valkey.hgetall('rechazos:pedido:mala-1'))
    expect(JSON.parse(refused ?? '')).toMatchObject({
      ...{ de: 'Procesando', evento: 'entregar', permitidos: ['preparar', 'cancelar'] },
    })
  })

  it('stays in order for each of many, sent one after the other through every endpoint', async () => {
    const ids = Array.from({ length: ORDERS }, (_, index) => `orden-${index}`)
    const live = async (id: string): Promise<void> => {
      await post('/pedidos', { id, producto: 'Mesa', precio: 1 })
      for (const evento of LINE) await post(`/pedidos/${id}/eventos`, { evento })
    }
    // Half by requests of their own, half as batches that hold whole lives.
    const [one, other] = [ids.slice(0, ORDERS / 2), ids.slice(ORDERS / 2)]
    const source = '/prueba'
    const events = ['nace', ...LINE].flatMap((evento) =>
      other.map((id) => ({
        ...{ specversion: '1.0', source, id: `${id}/${evento}` },
        type: evento === 'nace' ? 'com.logistica.pedido.v1' : 'com.logistica.evento.v1',
        data: evento === 'nace' ? { id, producto: 'Mesa', precio: 1 } : { id, evento },
      })),
    )
    await Promise.all([
      ...one.map(live),
      post('/', events, { 'content-type': 'application/cloudevents-batch+json' }),
    ])
    await vi.waitFor(async () => {
      const states = await Promise.all(ids.map(stateOf))
      expect(states).toEqual(ids.map(() => 'Finalizado'))
    }, ARRIVES)
    const refused = await Promise.all(ids.map((id) => valkey.exists(`rechazos:pedido:${id}`)))
    expect(refused.filter((found) => found > 0)).toEqual([])
  })
})

describe('the page of their lives', () => {
  it('shows who waits and what was refused, to all who read it', async ({ skip }) => {
    const watched = await Watched.start()
    skip(watched.none !== '', watched.none)
    try {
      const page = await watched.open(`${stack.url.console}/lives/orders?id=mala-1`)
      await page.locator('.moment-rechazado').waitFor()
      await page.locator('.stuck li').first().waitFor()
      expect(await page.locator('.moment b').allTextContents()).toEqual(['processing', 'processing'])
      expect(await hindrances(page)).toEqual([])
      expect(watched.wrong).toEqual([])
    } finally {
      await watched.close()
    }
  })
})
