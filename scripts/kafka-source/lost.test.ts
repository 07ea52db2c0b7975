/** What a KafkaSource loses: committed, neither delivered nor a dead letter. Here each is counted and named. */
import { expect, test } from 'vitest'
import { headerText } from '../lib/kafka/record.ts'
import { deliverTo, events, settled, testTopic } from '../tests/support/source-harness.ts'

const [plain] = events(1)
const BINARY_KEY = { key: Buffer.from([1, 2, 3, 0xff]), value: '{"n":0}' }
const BINARY_HEADER = { value: '{"n":0}', headers: { trace: Buffer.from([0, 1]) } }
const LONG_KEY = { key: Buffer.alloc(5_000, 1), value: 'no event' }
/** As long as a topic of ours takes, were it not for this test's topic that takes more. */
const TOO_LONG = { value: Buffer.alloc(1_048_200, 'x') }

test.each([
  [
    'retries spent, no dead letter sink',
    plain,
    503,
    { RETRY: '2', DEAD_LETTER_SINK: 'false' },
    3,
    /503; there is no/,
  ],
  [
    'refused, no dead letter sink',
    plain,
    422,
    { DEAD_LETTER_SINK: 'false' },
    1,
    /422; there is no dead letter sink/,
  ],
  [
    'a key with control bytes, key-type string',
    BINARY_KEY,
    200,
    { KEY_TYPE: 'string' },
    0,
    /ce-partitionkey has control/,
  ],
  [
    'a header with control bytes',
    BINARY_HEADER,
    200,
    {},
    0,
    /ce-kafkaheadertrace has control .* its dead letter/,
  ],
  [
    'headers longer than the dead letter sink reads',
    LONG_KEY,
    422,
    {},
    1,
    /422; .* its headers are too long/,
  ],
  [
    'a dead letter longer than the sink writes',
    TOO_LONG,
    422,
    { RETRY: '1' },
    1,
    /422; .* its record is too long/,
  ],
])('%s: lost, and said so', async (_fact, message, status, settings, posts, reason) => {
  const topic = await testTopic(1)
  await topic.send([message ?? BINARY_KEY, ...events(2).slice(1)])
  const { sink, source } = await deliverTo(
    ({ headers }) => (headers['ce-id'] === '1' ? 200 : status),
    topic,
    settings,
  )
  await settled(topic)
  expect(source.stats()).toMatchObject({ taken: 2, delivered: 1, deadLettered: 0, lost: 1 })
  expect(source.stats().lastLost).toMatch(reason)
  expect(source.stats().lastLost).toContain(`${topic.topic}/0@0: `)
  expect(sink.deliveries.filter(({ headers }) => headers['ce-id'] !== '1')).toHaveLength(posts)
  expect(await topic.deadLetters()).toEqual([])
})

test('what cannot be written is tried as often as anything, dead letter and all', async () => {
  const topic = await testTopic(1)
  await topic.send([BINARY_HEADER])
  const { source } = await deliverTo(() => 200, topic, { RETRY: '5', BACKOFF_DELAY_MS: '60000' })
  await settled(topic)
  expect(source.stats()).toMatchObject({ retries: 10, lost: 1, sources: { [topic.topic]: { lost: 1 } } })
})

test('with key-type byte-array the same key is delivered, and a dead letter has it as text', async () => {
  const topic = await testTopic(1)
  await topic.send([BINARY_KEY])
  const { source } = await deliverTo(() => 422, topic)
  await settled(topic)
  expect(source.stats()).toMatchObject({ deadLettered: 1, lost: 0 })
  const [deadLetter] = await topic.deadLetters()
  expect(String(deadLetter?.key)).toBe('AQID/w==')
  expect(headerText(deadLetter?.headers.ce_key)).toBe('AQID/w==')
})

test('a dead letter has what arrived, not what was in the log', async () => {
  const topic = await testTopic(1)
  const headers = { ...plain?.headers, ce_id: '日ñ%', ce_subject: ' a ' }
  await topic.send([{ value: 'x', headers }])
  await deliverTo(() => 422, topic)
  await settled(topic)
  const [deadLetter] = await topic.deadLetters()
  expect([deadLetter?.headers.ce_id, deadLetter?.headers.ce_subject].map(headerText)).toEqual(['?ñ%', 'a'])
})
