import { CompressionCodecs, CompressionTypes } from 'kafkajs'
import { expect, onTestFinished, test, vi } from 'vitest'
import { headerText } from '../lib/kafka/record.ts'
import type { Delivery } from '../tests/support/recording-sink.ts'
import { DEADLINE, deliverTo, events, settled, testTopic } from '../tests/support/source-harness.ts'

const ids = (deliveries: readonly Delivery[]) => deliveries.map(({ headers }) => Number(headers['ce-id']))
const sorted = (numbers: number[]) => numbers.toSorted((a, b) => a - b)
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

test('every record is delivered once, from the earliest, and committed', async () => {
  const topic = await testTopic()
  await topic.send(events(500))
  const { sink, source } = await deliverTo(() => 204, topic)
  await settled(topic)
  expect(sorted(ids(sink.deliveries))).toEqual(upTo(500))
  expect(source.stats()).toMatchObject({
    taken: 500,
    delivered: 500,
    retries: 0,
    deadLettered: 0,
    inFlight: 0,
  })
  expect(source.readiness()).toBeUndefined()
})

test('events and plain records arrive as the binding says', async () => {
  const topic = await testTopic(1)
  await topic.send([...events(1), { key: 'P1', value: '{"categoria":"Ropa"}', headers: { 'x-from': 'sap' } }])
  const { sink } = await deliverTo(() => 200, topic)
  await settled(topic)
  const [event, plain] = sink.deliveries.toSorted((a, b) => a.body.length - b.body.length)
  expect(event).toMatchObject({
    headers: {
      'ce-id': '0',
      'ce-source': '/ingest/test',
      'content-type': 'application/json',
      prefer: 'reply',
    },
    body: '{"n":0}',
  })
  expect(plain?.headers).toMatchObject({
    'ce-type': 'dev.knative.kafka.event',
    'ce-id': 'partition:0/offset:1',
    'ce-source': `/apis/v1/namespaces/blackfriday/kafkasources/${topic.topic}#${topic.topic}`,
    'ce-key': 'UDE=',
    'ce-kafkaheaderxfrom': 'sap',
    'kn-namespace': 'blackfriday',
    'content-length': '20',
  })
  expect(plain?.headers).not.toHaveProperty('content-type')
})

test('what may pass is retried: 404, then 503, then 200', async () => {
  const topic = await testTopic()
  await topic.send(events(20))
  const { sink, source } = await deliverTo((_, attempt) => [404, 503][attempt - 1] ?? 200, topic)
  await settled(topic)
  expect(sink.deliveries).toHaveLength(60)
  expect(source.stats()).toMatchObject({ delivered: 20, retries: 40, deadLettered: 0 })
  expect(await topic.deadLetters()).toEqual([])
})

test('what is refused is a dead letter at once, with the reason, and holds nobody up', async () => {
  const topic = await testTopic()
  await topic.send(events(30))
  const problem = `ñ${'x'.repeat(2_000)}`
  const { sink, source } = await deliverTo(
    ({ headers }) => (headers['ce-id'] === '7' ? { status: 422, body: problem } : 200),
    topic,
  )
  await settled(topic)
  expect(ids(sink.deliveries).filter((id) => id === 7)).toEqual([7])
  expect(source.stats()).toMatchObject({ delivered: 29, retries: 0, deadLettered: 1 })
  const [deadLetter, ...others] = await topic.deadLetters()
  expect(others).toEqual([])
  expect(deadLetter?.key).toBeNull()
  expect(String(deadLetter?.value)).toBe('{"n":7}')
  const headers = Object.entries(deadLetter?.headers ?? {}).map(([name, value]) => [name, headerText(value)])
  expect(Object.fromEntries(headers)).toEqual({
    ...events(8)[7]?.headers,
    ce_knativeerrordest: sink.url,
    ce_knativeerrorcode: '422',
    ce_knativeerrordata: Buffer.from(problem).subarray(0, 1_024).toString('base64'),
  })
})

test('when retries run out it is a dead letter', async () => {
  const topic = await testTopic()
  await topic.send(events(5))
  const { sink, metrics } = await deliverTo(() => 503, topic, { RETRY: '2' })
  await settled(topic)
  const { text } = await metrics.expose()
  expect(text).toContain('caudal_dead_letters_total{reason="retriesExhausted",function="source"} 5')
  expect(text).toContain('caudal_retries_total{to="aggregator",function="source"} 10')
  expect(text).toContain(`caudal_lag_records{topic="${topic.topic}",function="source"} 0`)
  expect(sink.deliveries).toHaveLength(15)
  const deadLetters = await topic.deadLetters()
  expect(deadLetters.map(({ headers }) => headerText(headers.ce_knativeerrorcode))).toEqual(
    Array(5).fill('503'),
  )
})

test('a dead letter that cannot be written is tried again, as often as a delivery', async () => {
  const topic = await testTopic(1)
  await topic.send(events(3))
  const missing = `${topic.topic}-missing`
  const { source } = await deliverTo(({ headers }) => (headers['ce-id'] === '1' ? 422 : 200), topic, {
    DEAD_LETTER_TOPICS: `${topic.topic}=${missing}`,
  })
  await vi.waitFor(() => expect(source.stats().retries).toBeGreaterThan(0), DEADLINE)
  await vi.waitFor(async () => expect(await topic.lag()).toBe(2), DEADLINE)
  await topic.createTopic(missing)
  await settled(topic)
  expect(source.stats()).toMatchObject({ delivered: 2, deadLettered: 1, lost: 0 })
})

test('a sink that is away is waited for; without an answer there is no code', async () => {
  const topic = await testTopic()
  await topic.send(events(3))
  const { source } = await deliverTo(() => 200, topic, { RETRY: '1', SINK_URL: 'http://127.0.0.1:9/' })
  await settled(topic)
  expect(source.stats()).toMatchObject({ delivered: 0, retries: 3, deadLettered: 3 })
  expect(source.stats().lastProblem).toContain('ECONNREFUSED')
  for (const { headers } of await topic.deadLetters()) {
    expect(headerText(headers.ce_knativeerrordest)).toBe('http://127.0.0.1:9/')
    expect(headers).not.toHaveProperty('ce_knativeerrorcode')
  }
})

test('a sink that does not answer in time is asked again', async () => {
  const topic = await testTopic()
  await topic.send(events(1))
  const never = new Promise(() => {})
  const { sink } = await deliverTo(
    (_, attempt) => ({ status: 200, ...(attempt === 1 && { after: never }) }),
    topic,
    {
      TIMEOUT_MS: '1000',
    },
  )
  await settled(topic)
  expect(sink.deliveries).toHaveLength(2)
})

test('unordered: a poll of 50 whenever fewer than 50 are in flight', async () => {
  const topic = await testTopic(1)
  await topic.send(events(400))
  const first = Promise.withResolvers<void>()
  const rest = Promise.withResolvers<void>()
  const { sink, source } = await deliverTo(
    ({ headers }) => ({ status: 200, after: headers['ce-id'] === '0' ? first.promise : rest.promise }),
    topic,
  )
  await vi.waitFor(() => expect(sink.deliveries).toHaveLength(50), DEADLINE)
  first.resolve()
  await vi.waitFor(() => expect(sink.deliveries).toHaveLength(100), DEADLINE)
  expect(source.stats()).toMatchObject({ taken: 100, delivered: 1, inFlight: 99 })
  rest.resolve()
  await settled(topic)
  expect(sink.widest()).toBe(99)
})

test('unordered: what is behind a slow record goes on, but is not committed', async () => {
  const topic = await testTopic(1)
  await topic.send(events(200))
  const slow = Promise.withResolvers<void>()
  const { source } = await deliverTo(
    ({ headers }) => ({ status: 200, ...(headers['ce-id'] === '3' && { after: slow.promise }) }),
    topic,
  )
  await vi.waitFor(() => expect(source.stats().delivered).toBe(199), DEADLINE)
  await vi.waitFor(async () => expect(await topic.lag()).toBe(197), DEADLINE)
  slow.resolve()
  await settled(topic)
})

test('ordered: one in flight for each partition, in order, also while one is retried', async () => {
  const topic = await testTopic(2)
  await topic.send(events(60).map((event, index) => ({ ...event, partition: index % 2 })))
  const both = Promise.withResolvers<void>()
  const { sink } = await deliverTo(
    ({ headers }, attempt) => ({
      status: Number(headers['ce-id']) % 10 === 4 && attempt === 1 ? 503 : 200,
      after: both.promise,
    }),
    topic,
    { ORDERING: 'ordered' },
  )
  await vi.waitFor(() => expect(sink.deliveries).toHaveLength(2), DEADLINE)
  both.resolve()
  await settled(topic)
  expect(sink.widest()).toBe(2)
  for (const partition of [0, 1]) {
    const seen = ids(sink.deliveries).filter((id) => id % 2 === partition)
    expect(seen).toEqual(sorted(seen))
    expect(new Set(seen).size).toBe(30)
  }
})

test('a reader that cannot go on says why, reads on when it can again, and can be stopped meanwhile', async () => {
  const topic = await testTopic(1)
  const gzip: { compress: unknown; decompress: unknown } = CompressionCodecs[CompressionTypes.GZIP]()
  onTestFinished(() => {
    CompressionCodecs[CompressionTypes.GZIP] = () => gzip
  })
  CompressionCodecs[CompressionTypes.GZIP] = () => ({
    compress: gzip.compress,
    decompress: () => Promise.reject(new Error('unknown compression')),
  })
  await topic.send(events(1), CompressionTypes.GZIP)
  const stopped = await deliverTo(() => 200, topic)
  await vi.waitFor(() => expect(stopped.source.readiness()).toContain('unknown compression'), DEADLINE)
  expect(stopped.source.stats().problem).toContain(`cannot read ${topic.topic}: `)
  await stopped.close()
  const { source } = await deliverTo(() => 200, topic)
  await vi.waitFor(() => expect(source.readiness()).toContain('unknown compression'), DEADLINE)
  CompressionCodecs[CompressionTypes.GZIP] = () => gzip
  await settled(topic)
  expect(source.stats()).toMatchObject({ delivered: 1, problem: undefined })
})
