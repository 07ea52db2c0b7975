/** One event over every edge of the pipeline: HTTP → CloudEvents batch → gRPC → Kafka → CloudEvent → Valkey, and the logs. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js'
import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { methodsOf } from '../../../functions/_adapters/grpc/definitions.ts'
import {
  BATCH_ITEMS,
  EVENT_ID_CHARS,
  EVENT_SOURCE_CHARS,
  TEXT_FIELD_CHARS,
} from '../../../functions/_core/limits.ts'
import { readLog } from '../../lib/kafka/read.ts'
import { type ConsumedRecord, headerText } from '../../lib/kafka/record.ts'
import { startTestStack, type TestStack } from '../../local/test-stack.ts'

const SALE = {
  categoria: 'Hogar',
  producto_id: `lámpara-${randomUUID()}`,
  precio: 19.995,
  cantidad_vendida: 2,
}
const TRACEPARENT = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const ARRIVES = { timeout: 30_000 }

let stack: TestStack
let valkey: Redis
let kafka: Kafka
beforeAll(async () => {
  const servers = { brokers: inject('kafkaBrokers'), valkeyUrl: inject('valkeyUrl') }
  stack = await startTestStack({ ...servers, logLevel: 'debug' })
  valkey = new Redis(servers.valkeyUrl, { keyPrefix: stack.prefix })
  kafka = new Kafka({ brokers: [servers.brokers], logLevel: logLevel.NOTHING })
}, 120_000)
afterAll(async () => {
  valkey.disconnect()
  await stack.stop()
})

const topicOf = (name: string): string => stack.domains.find((domain) => domain.name === name)?.topic ?? ''

async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json(), id: response.headers.get('event-id') ?? '' }
}

/** The same sale by gRPC; answers the status code. */
async function callPublisher(headers: Record<string, string>): Promise<number> {
  const [domain] = stack.domains
  if (domain === undefined) throw new Error('there is no domain')
  const { path, requestSerialize, responseDeserialize } = methodsOf(domain.grpc).one
  const message = domain.toMessage({ ...SALE, categoria: 3 }, undefined) as object
  const metadata = new Metadata()
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value)
  const client = new Client(stack.publisher, credentials.createInsecure())
  const code = await new Promise<number>((resolve) => {
    const done = (error: ServiceError | null) => resolve(error?.code ?? status.OK)
    client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, metadata, done)
  })
  client.close()
  return code
}

async function records(topic: string): Promise<ConsumedRecord[]> {
  const found: ConsumedRecord[] = []
  for await (const batch of readLog(kafka, { topic })) found.push(...batch)
  return found
}

describe('the pipeline', () => {
  it('takes one sale from HTTP to Valkey under one identity and one trace', async () => {
    const answer = await post(`${stack.url.ingest}/venta`, SALE, { traceparent: TRACEPARENT })
    expect(answer).toMatchObject({ status: 200, body: 'Venta procesada' })
    const [record] = await records(topicOf('sales'))
    expect(headerText(record?.headers.ce_type)).toBe('com.caudal.lote.v1')
    const [source, id] = answer.id.split('#')
    expect(JSON.parse(String(record?.value))).toMatchObject([
      { source, id, traceparent: TRACEPARENT, data: { ...SALE, categoria: 3 } },
    ])
    await expect.poll(() => valkey.get('reportes:total:hogar'), ARRIVES).toBe('1')
    expect(await valkey.zrange(`history:hogar:${SALE.producto_id}`, '0', '-1')).toEqual([
      `20.00:${answer.id}`,
    ])
    expect(await valkey.hget('stats:precio:suma', 'hogar')).toBe('20.00')
    const log = readFileSync(stack.processes.get('aggregator').logFile, 'utf8')
    expect(log).toContain(TRACEPARENT)
  })

  it('counts a repeated key once, however often and wherever it comes, at the same time too', async () => {
    const key = { 'idempotency-key': randomUUID() }
    const before = Number(await valkey.get('reportes:total:hogar'))
    const endpoints = Array.from({ length: 10 }, (_, index) =>
      post(index % 2 === 0 ? `${stack.url.ingest}/ventas` : `${stack.url.bridge}/procesar`, SALE, key),
    )
    const calls = Array.from({ length: 5 }, () => callPublisher(key))
    const answers = await Promise.all(endpoints)
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1)
    expect(await Promise.all(calls)).toEqual(calls.map(() => status.OK))
    await post(`${stack.url.ingest}/venta`, SALE)
    await expect.poll(() => valkey.get('reportes:total:hogar'), ARRIVES).toBe(String(before + 2))
    await expect
      .poll(async () => (await valkey.hgetall('caudal:stats'))['duplicates:sales'], ARRIVES)
      .toBe('14')
  })

  it('takes as many of the longest events as a batch may have, and their neighbours meanwhile', async () => {
    const long = { producto_id: '€'.repeat(TEXT_FIELD_CHARS), precio: 1, cantidad_vendida: 1, categoria: 4 }
    const events = Array.from({ length: BATCH_ITEMS }, (_, index) => ({
      specversion: '1.0',
      type: 'com.blackfriday.venta.v1',
      source: `/${'s'.repeat(EVENT_SOURCE_CHARS - 1)}`,
      id: `${'€'.repeat(EVENT_ID_CHARS - 3)}${index}`,
      data: long,
    }))
    const batch = post(`${stack.url.ingest}/`, events, {
      'content-type': 'application/cloudevents-batch+json',
    })
    const sales = Array.from({ length: 20 }, () => post(`${stack.url.ingest}/venta`, SALE))
    expect(await batch).toMatchObject({ status: 200, body: { almacenadas: BATCH_ITEMS } })
    expect((await Promise.all(sales)).map(({ status }) => status)).toEqual(sales.map(() => 200))
    await expect.poll(() => valkey.get('reportes:total:belleza'), ARRIVES).toBe(String(BATCH_ITEMS))
  })

  it('counts records of anybody, and keeps what is no event as a dead letter with its reason', async () => {
    const producer = kafka.producer()
    await producer.connect()
    const messages = [
      { value: '{"name":"Soda Stereo","album":"Signos","year":"1986","rank":1}' },
      { value: 'hola' },
    ]
    await producer.send({ topic: topicOf('votes'), messages })
    await producer.disconnect()
    await expect.poll(() => valkey.zscore('votos:banda', 'Soda Stereo'), ARRIVES).toBe('1')
    const deadLetters = () => records(`${topicOf('votes')}-dead-letter`)
    await expect.poll(async () => (await deadLetters()).length, ARRIVES).toBe(1)
    const [deadLetter] = await deadLetters()
    expect(deadLetter?.value?.toString()).toBe('hola')
    expect(headerText(deadLetter?.headers.ce_knativeerrorcode)).toBe('400')
  })
})
