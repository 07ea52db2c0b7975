/** What the parts can do alone, measured in the same run: kafkajs, Kafka's own producer test, the Valkey script. */
import { join } from 'node:path'
import { execa } from 'execa'
import { Redis } from 'ioredis'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { packedRecords, recordIdentities } from '../../../functions/_adapters/cloudevents/packed-record.ts'
import { valkeyCounter } from '../../../functions/_adapters/valkey/counter/counter.ts'
import { type Event, numberedBy } from '../../../functions/_core/event.ts'
import { processUsage } from '../../lib/process-stat.ts'
import { javaBinary } from '../../local/servers/java.ts'
import { kafkaJars } from '../../local/servers/kafka-jars.ts'
import type { TestStack } from '../../local/test-stack.ts'
import { percentilesOf } from './loads.ts'
import type { Measurement } from './measure.ts'

const BATCH = 64
const PRODUCTS = 200
const PERF_RECORDS = 200_000
const PERF_RECORD_BYTES = 300

/** kafkajs alone: 64 events in a record as the publisher sends them, one at a time. */
export async function sendBatchAlone(stack: TestStack, seconds: number): Promise<Measurement> {
  const client = new Kafka({ brokers: [stack.brokers], logLevel: logLevel.NOTHING })
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const next = saleMaker(stack)
  const records = recordIdentities('0123456789ab')
  const measurement = await repeat(seconds, { kafkajs: process.pid }, async () => {
    const events = next(BATCH)
    const topic = events[0]?.domain.topic ?? ''
    await producer.send({ acks: -1, topic, messages: [...packedRecords(events, records)] })
  })
  await producer.disconnect()
  return measurement
}

/** The script alone: batches of 64 of new events. */
export async function scriptAlone(
  stack: TestStack,
  valkeyPid: number,
  seconds: number,
): Promise<Measurement> {
  const redis = new Redis(stack.valkeyUrl)
  const counter = valkeyCounter(
    {
      evalsha: (sha1, keys, argument) => redis.evalsha(sha1, keys, argument),
      eval: (script, keys, argument) => redis.eval(script, keys, argument),
    },
    { prefix: `bench-${stack.prefix}` },
  )
  const next = saleMaker(stack)
  const pids = { counter: process.pid, valkey: valkeyPid }
  const measurement = await repeat(seconds, pids, async () => {
    await counter.apply(next(BATCH))
  })
  redis.disconnect()
  return measurement
}

/** Kafka's own producer performance test, as it reports itself. */
export async function producerPerf(stack: TestStack): Promise<Pick<Measurement, 'eventsPerS'>> {
  const topic = stack.domains[0]?.topic ?? ''
  const classpath = join(await kafkaJars(), '*')
  const counts = [
    '--num-records',
    String(PERF_RECORDS),
    '--record-size',
    String(PERF_RECORD_BYTES),
    '--throughput',
    '-1',
  ]
  const properties = ['--producer-props', `bootstrap.servers=${stack.brokers}`, 'acks=all']
  const tool = 'org.apache.kafka.tools.ProducerPerformance'
  const { stdout } = await execa(await javaBinary(), [
    '-cp',
    classpath,
    tool,
    '--topic',
    topic,
    ...counts,
    ...properties,
  ])
  const rates = [...stdout.matchAll(/([\d.]+) records\/sec/g)]
  return { eventsPerS: Number(rates.at(-1)?.[1]) }
}

function saleMaker(stack: TestStack): (count: number) => Event[] {
  const [domain] = stack.domains
  const example = domain?.examples[0]?.stored
  if (domain === undefined || example === undefined) throw new Error('the first domain has no example')
  const identities = numberedBy('ingest', `bench${Date.now().toString(36)}`)
  let made = 0
  return (count) =>
    Array.from({ length: count }, () => ({
      ...identities.next(),
      time: new Date().toISOString(),
      domain,
      value: { ...example, [domain.key]: `P${made++ % PRODUCTS}` },
    }))
}

async function repeat(seconds: number, pids: Readonly<Record<string, number>>, once: () => Promise<void>) {
  await once()
  const used = () => Object.entries(pids).map(([name, pid]) => [name, processUsage(pid)?.cpuUs ?? 0] as const)
  const before = new Map(used())
  const latencies: number[] = []
  const start = performance.now()
  while (performance.now() - start < seconds * 1000) {
    const sent = performance.now()
    await once()
    latencies.push(performance.now() - sent)
  }
  const events = latencies.length * BATCH
  return {
    eventsPerS: events / ((performance.now() - start) / 1000),
    ...percentilesOf(latencies),
    failed: 0,
    cpuUsPerEvent: Object.fromEntries(
      used().map(([name, cpu]) => [name, (cpu - (before.get(name) ?? 0)) / events]),
    ),
    batchItems: {},
  }
}
