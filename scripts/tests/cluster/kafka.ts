/** Kafka's own console tools, inside the broker's pod. */
import { execa } from 'execa'
import { kubectl, namespace, until } from './context.ts'

const BOOTSTRAP = 'caudal-kafka-bootstrap:9092'
const IDLE_MS = 5_000
const DELIVERED_MS = 120_000

async function broker(): Promise<string> {
  const selector = 'strimzi.io/cluster=caudal,strimzi.io/kind=Kafka'
  return (await kubectl.run(['get', 'pods', '--selector', selector, '--output', 'name'])).split('\n')[0] ?? ''
}

async function tool(name: string, args: readonly string[], input?: string): Promise<string> {
  const command = [`bin/${name}.sh`, '--bootstrap-server', BOOTSTRAP, ...args]
  return kubectl.run(['exec', '-i', await broker(), '--', ...command], input ?? '')
}

/** Writes records as anybody might, without headers; one key puts them into one partition, in this order. */
export async function produce(topic: string, key: string, values: readonly string[]): Promise<void> {
  const lines = values.map((value) => `${key}\t${value}`).join('\n')
  await tool('kafka-console-producer', ['--topic', topic, '--property', 'parse.key=true'], lines)
}

export interface KafkaRecord {
  readonly headers: Readonly<Record<string, string>>
  readonly value: string
}

/** All records of a topic. */
export async function consume(topic: string): Promise<readonly KafkaRecord[]> {
  const args = ['--topic', topic, '--from-beginning', '--property', 'print.headers=true']
  const idle = ['--timeout-ms', String(IDLE_MS)]
  const command = ['bin/kafka-console-consumer.sh', '--bootstrap-server', BOOTSTRAP, ...args, ...idle]
  const { stdout } = await execa(
    'kubectl',
    ['--namespace', namespace, 'exec', await broker(), '--', ...command],
    // It says on standard error, and by its exit code, that nothing more came.
    { reject: false },
  )
  return stdout.split('\n').filter(Boolean).map(parse)
}

/** A line is `name:value,name:value`, tab, value. */
function parse(line: string): KafkaRecord {
  const [headers = '', value = ''] = line.split('\t')
  const pairs = headers.split(',').map((pair) => {
    const colon = pair.indexOf(':')
    return [pair.slice(0, colon), pair.slice(colon + 1)]
  })
  return { headers: Object.fromEntries(pairs), value }
}

/** Waits until a group has nothing left to deliver: a record in retry is not committed. */
export async function everythingDelivered(group: string): Promise<void> {
  await until(`${group} has no lag`, DELIVERED_MS, async () => {
    const lines = (await tool('kafka-consumer-groups', ['--describe', '--group', group])).split('\n')
    const columns = lines.find((line) => line.startsWith('GROUP '))?.split(/\s+/) ?? []
    const rows = lines.filter((line) => line.startsWith(`${group} `)).map((line) => line.split(/\s+/))
    const offset = (row: readonly string[], column: string) => Number(row[columns.indexOf(column)])
    // A partition nobody has written to has no committed offset: `-`.
    const done = (row: readonly string[]) =>
      offset(row, 'LOG-END-OFFSET') === (offset(row, 'CURRENT-OFFSET') || 0)
    return rows.length > 0 && rows.every(done)
  })
}
