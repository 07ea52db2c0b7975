/** Kafka's own console tools, inside the broker's pod. */
import { execa } from 'execa'
import { expect } from 'vitest'
import { hostOf, ingress, kubectl, namespace, unitsOf, until } from './context.ts'
import { deliver } from './endpoints.ts'

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
async function consume(topic: string): Promise<readonly KafkaRecord[]> {
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

/** All of the group's partitions, once nobody reads them. */
export const resetToEarliest = (group: string): Promise<true> =>
  until(`${group} is at the beginning`, DELIVERED_MS, async () => {
    const args = ['--group', group, '--all-topics', '--reset-offsets', '--to-earliest', '--execute']
    return !(await tool('kafka-consumer-groups', args)).includes('inactive')
  })

const DEADLINE_MS = 120_000
export const TOPIC = 'ventas-blackfriday'
export const GROUP = 'aggregator-ventas'
export const VOTES_TOPIC = 'votos'
export const VOTES_GROUP = 'aggregator-votos'

export const sale = (product: string, precio = 1): string =>
  JSON.stringify({ categoria: 1, producto_id: product, precio, cantidad_vendida: 1 })
export const vote = (band: string): string =>
  JSON.stringify({ name: band, album: 'Uno', year: 2000, rank: 1 })

export const sell = async (product: string): Promise<void> => {
  const host = await hostOf('ingest')
  expect(await deliver({ endpoint: 'http', url: ingress, host, product })).toBe('200')
}

export const counted = (products: readonly string[]): Promise<number[]> => Promise.all(products.map(unitsOf))
export const untilCounted = (products: readonly string[]): Promise<boolean> =>
  until(`${products.join(', ')} counted`, DEADLINE_MS, async () => {
    return (await counted(products)).every((units) => units >= 1)
  })

export const deadLetterOf = (product: string): Promise<KafkaRecord> =>
  until(`a dead letter of ${product}`, DEADLINE_MS, async () => {
    return (await consume(`${TOPIC}-dead-letter`)).find(({ value }) => value.includes(product))
  })

export function expectReason({ headers }: KafkaRecord, at: string, code: RegExp, says: string): void {
  expect(headers.ce_knativeerrordest).toMatch(new RegExp(`^http://${at}\\.`))
  expect(headers.ce_knativeerrorcode).toMatch(code)
  expect(Buffer.from(headers.ce_knativeerrordata ?? '', 'base64').toString()).toContain(says)
}
