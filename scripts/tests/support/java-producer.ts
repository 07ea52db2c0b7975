/** Apache Kafka's own producer, by its performance test, for records as Java programs write them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { javaBinary } from '../../local/servers/java.ts'
import { kafkaJars } from '../../local/servers/kafka-jars.ts'

export interface JavaProducer {
  readonly brokers: string
  readonly topic: string
  /** `none`, `gzip`, `snappy`, `lz4` or `zstd`. */
  readonly compression: string
}

/** Writes `count` records, each with one of the values, by chance; they share batches as far as they fit. */
export async function produceByJava(
  { brokers, topic, compression }: JavaProducer,
  count: number,
  values: readonly string[],
): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'caudal-payload-'))
  const file = join(dir, 'values')
  await writeFile(file, values.join('\n'))
  const properties = [`bootstrap.servers=${brokers}`, `compression.type=${compression}`]
  const batching = ['batch.size=500000', 'linger.ms=100', 'max.request.size=8000000']
  const load = ['--num-records', String(count), '--throughput', '-1', '--payload-file', file]
  const tool = ['-cp', join(await kafkaJars(), '*'), 'org.apache.kafka.tools.ProducerPerformance']
  const args = [...tool, '--topic', topic, ...load, '--producer-props', ...properties, ...batching]
  try {
    await execa(await javaBinary(), ['-Xmx256m', '-XX:TieredStopAtLevel=1', ...args])
  } finally {
    await rm(dir, { recursive: true })
  }
}
