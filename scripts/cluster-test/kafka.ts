/** Kafka's own console tools, inside the broker's pod. */
import { execa } from 'execa'
import { kubectl, namespace } from './world.ts'

const BOOTSTRAP = 'caudal-kafka-bootstrap:9092'
const IDLE_MS = 5_000

async function broker(): Promise<string> {
  const selector = 'strimzi.io/cluster=caudal,strimzi.io/kind=Kafka'
  return (await kubectl.run(['get', 'pods', '--selector', selector, '--output', 'name'])).split('\n')[0] ?? ''
}

/** Writes records as anybody might: a value, without headers. */
export async function produce(topic: string, values: readonly string[]): Promise<void> {
  const args = [
    'exec',
    '-i',
    await broker(),
    '--',
    'bin/kafka-console-producer.sh',
    '--bootstrap-server',
    BOOTSTRAP,
  ]
  await kubectl.run([...args, '--topic', topic], values.join('\n'))
}

/** All records of a topic, one line each: headers, tab, value. */
export async function consume(topic: string): Promise<string[]> {
  const tool = [
    'bin/kafka-console-consumer.sh',
    '--bootstrap-server',
    BOOTSTRAP,
    '--topic',
    topic,
    '--from-beginning',
  ]
  const output = ['--property', 'print.headers=true', '--timeout-ms', String(IDLE_MS)]
  const { stdout } = await execa(
    'kubectl',
    ['--namespace', namespace, 'exec', await broker(), '--', ...tool, ...output],
    // It says on standard error, and by its exit code, that nothing more came.
    { reject: false },
  )
  return stdout.split('\n').filter(Boolean)
}
