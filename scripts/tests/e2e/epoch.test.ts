/** Data that disagree are noticed: Valkey emptied, an older file of it, a topic made again; and each is repaired by one command. */
import { Redis } from 'ioredis'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { expect, it, onTestFinished } from 'vitest'
import { until } from '../../lib/until.ts'
import { newPlace, type Place, type Runner, startRunner } from '../support/runner.ts'

const E2E_MS = 300_000
const WAIT_MS = 60_000
const TOPIC = 'ventas-blackfriday'
const SALE = '{"producto_id":"P1","categoria":1,"precio":1,"cantidad_vendida":1}'

const valkeyOf = ({ env }: Place) => {
  const redis = new Redis(`redis://127.0.0.1:${env.VALKEY_PORT}`, { maxRetriesPerRequest: null })
  redis.on('error', () => {})
  onTestFinished(() => redis.disconnect())
  return redis
}

const kafkaOf = ({ env }: Place) =>
  new Kafka({ brokers: [`127.0.0.1:${env.KAFKA_PORT}`], logLevel: logLevel.NOTHING })

async function writePlain(place: Place, count: number): Promise<void> {
  const producer = kafkaOf(place).producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const messages = Array.from({ length: count }, (_, at) => ({ value: SALE, partition: at % 6 }))
  await producer.send({ topic: TOPIC, messages })
  await producer.disconnect()
}

const sell = ({ env }: Place) =>
  fetch(`http://127.0.0.1:${env.INGEST_PORT}/venta`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: SALE,
  })

const healthOf = async ({ env }: Place): Promise<string> =>
  (await fetch(`http://127.0.0.1:${env.AGGREGATOR_PORT}/health`)).text()

async function running(place: Place, ...args: string[]): Promise<Runner> {
  const runner = startRunner(place, { args: ['--no-load', ...args] })
  await runner.line(/curl -i /)
  return runner
}

async function stopped(runner: Runner): Promise<void> {
  runner.signal('SIGINT')
  await runner.ended()
}

const sold = async (redis: Redis): Promise<number> => Number(await redis.zscore('ranking:global', 'P1'))
const soldBecomes = async (redis: Redis, count: number): Promise<void> => {
  await until(async () => (await sold(redis)) >= count, WAIT_MS)
  expect(await sold(redis)).toBe(count)
}

it('an emptied Valkey stops the count aloud; --recount counts all of the log again', {
  timeout: E2E_MS,
}, async () => {
  const place = await newPlace()
  const redis = valkeyOf(place)
  const runner = await running(place)
  await writePlain(place, 12)
  expect((await sell(place)).status).toBe(200)
  await soldBecomes(redis, 13)
  await redis.flushall()
  await runner.line(/nothing is counted: Valkey was emptied.*--recount/)
  expect(await until(async () => (await healthOf(place)).includes('Valkey was emptied'), WAIT_MS)).toBe(true)
  const metrics = await (await fetch(`http://127.0.0.1:${place.env.AGGREGATOR_PORT}/metrics`)).text()
  expect(metrics).toMatch(/^caudal_data_disagree\{.*\} 1$/m)
  expect((await sell(place)).status).toBe(200)
  expect(await redis.exists('caudal:checkpoint')).toBe(0)
  await stopped(runner)
  expect(runner.output()).toContain('NOT reconciled')
  const refused = startRunner(place, { args: ['--no-load'] })
  await refused.line(/Valkey is empty, but 1[0-9] records of the log were counted/)
  expect(await refused.ended()).toBe(1)
  const repaired = await running(place, '--recount')
  await soldBecomes(redis, 14)
  await stopped(repaired)
  const again = await running(place)
  await soldBecomes(redis, 14)
  await stopped(again)
})

it('plain records of a topic that was made again are new ones', { timeout: E2E_MS }, async () => {
  const place = await newPlace()
  const redis = valkeyOf(place)
  const runner = await running(place)
  await writePlain(place, 12)
  await soldBecomes(redis, 12)
  const admin = kafkaOf(place).admin()
  await admin.connect()
  await admin.deleteTopics({ topics: [TOPIC] })
  await until(async () => !(await admin.listTopics()).includes(TOPIC), WAIT_MS)
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 6 }], waitForLeaders: false })
  await runner.line(/nothing is counted: the topic ventas-blackfriday was made again.*--recount/)
  await writePlain(place, 18)
  await admin.disconnect()
  expect(await until(async () => (await healthOf(place)).includes('was made again'), WAIT_MS)).toBe(true)
  await stopped(runner)
  const refused = startRunner(place, { args: ['--no-load'] })
  await refused.line(/the topic ventas-blackfriday was made again/)
  expect(await refused.ended()).toBe(1)
  const repaired = await running(place, '--recount')
  await soldBecomes(redis, 30)
  await stopped(repaired)
})
