import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { expect, onTestFinished, test, vi } from 'vitest'
import { freePort } from '../lib/free-port.ts'
import { type Delivery, startSink, type TestSink } from '../tests/support/recording-sink.ts'
import {
  DEADLINE,
  environmentFor,
  events,
  settled,
  type TestTopic,
  testTopic,
} from '../tests/support/source-harness.ts'

// Its successor waits for the session of the one that was killed to end.
const TIMEOUT_MS = 60_000

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))

async function startProcess(topic: TestTopic, sink: TestSink) {
  const port = await freePort()
  const env = { ...environmentFor(topic, sink.url), HTTP_PORT: String(port) }
  const child = execa(process.execPath, [MAIN], { env, reject: false })
  onTestFinished(() => void child.kill('SIGKILL'))
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status
  return { child, get }
}

const known = (deliveries: readonly Delivery[]) =>
  new Set(deliveries.map(({ headers }) => Number(headers['ce-id'])))

test('killed in mid-work, its successor delivers what was not committed, and nothing is lost', {
  timeout: TIMEOUT_MS,
}, async () => {
  const topic = await testTopic()
  await topic.send(events(300))
  const held = Promise.withResolvers<void>()
  const sink = await startSink(({ headers }) => ({
    status: 200,
    // Every third one has no answer yet when the source dies.
    ...(Number(headers['ce-id']) % 3 === 0 && { after: held.promise }),
  }))
  onTestFinished(sink.close)
  const { child } = await startProcess(topic, sink)
  await vi.waitFor(() => expect(sink.deliveries.length).toBeGreaterThan(100), DEADLINE)
  child.kill('SIGKILL')
  await child
  held.resolve()
  expect(await topic.lag()).toBeGreaterThan(0)
  await startProcess(topic, sink)
  await settled(topic)
  expect(known(sink.deliveries).size).toBe(300)
})

test('SIGTERM: it finishes what is in flight, commits and leaves, so that nothing comes twice', {
  timeout: TIMEOUT_MS,
}, async () => {
  const topic = await testTopic()
  await topic.send(events(40))
  const held = Promise.withResolvers<void>()
  const sink = await startSink(() => ({ status: 200, after: held.promise }))
  onTestFinished(sink.close)
  const { child, get } = await startProcess(topic, sink)
  await vi.waitFor(() => expect(known(sink.deliveries).size).toBe(40), DEADLINE)
  expect(await Promise.all(['/health', '/stats', '/metrics', '/other'].map(get))).toEqual([
    200, 200, 200, 404,
  ])
  child.kill('SIGTERM')
  await vi.waitFor(async () => expect(await get('/health').catch(() => 0)).not.toBe(200), DEADLINE)
  await topic.send(events(60).slice(40))
  held.resolve()
  expect((await child).exitCode).toBe(0)
  expect(await topic.lag()).toBe(20)
  const before = sink.deliveries.length
  await startProcess(topic, sink)
  await settled(topic)
  const after = known(sink.deliveries.slice(before))
  expect([after.size, Math.min(...after)]).toEqual([20, 40])
})
