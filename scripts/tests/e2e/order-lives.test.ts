/**
 * Orders from a CSV file to their end, with a mail for each state: the client, killed and resumed; the carrier, the notifier
 * and a mail server, on the bundles that get deployed; and the ledger afterwards.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { Redis } from 'ioredis'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { readSnapshot } from '../../../functions/_adapters/valkey/snapshot.ts'
import { registryOf, topicsOf } from '../../../functions/_core/registry.ts'
import { Watched } from '../../../functions/console/_testing/watch.ts'
import { sampleCsv } from '../../csv/sample.ts'
import { accountFor } from '../../ledger/offset-range.ts'
import { recountFrom } from '../../ledger/recount.ts'
import { freePort } from '../../lib/free-port.ts'
import { REPO_DIR } from '../../lib/paths.ts'
import { until } from '../../lib/until.ts'
import { type Inbox, openInbox } from '../../local/inbox/mails.ts'
import { startTestStack, type TestStack } from '../../local/test-stack.ts'

/** More, faster, to see it by hand: `ROWS=500 LEVEL=media npx vitest run …`. */
const ROWS = Number(process.env.ROWS ?? 40)
const LEVEL = process.env.LEVEL ?? 'baja'
/** Of the rows, when the client is killed. */
const MIDWAY = 0.4
const DEADLINE_MS = 150_000
const LINE = ['Procesando', 'Preparación', 'Enviado', 'Entregado', 'Finalizado']

let dir: string
let inbox: Inbox
let stack: TestStack
let valkey: Redis
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'caudal-lives-'))
  const port = await freePort()
  inbox = await openInbox(port)
  stack = await startTestStack({
    brokers: inject('kafkaBrokers'),
    valkeyUrl: inject('valkeyUrl'),
    followers: ['notifier', 'carrier'],
    logLevel: 'warn',
    env: {
      SMTP_URL: `smtp://127.0.0.1:${port}`,
      CARRIER_SECONDS: '0.1,0.3',
      CARRIER_LEVEL: 'alta',
      MAIL_PER_ADDRESS_HOUR: '100000',
    },
  })
  valkey = new Redis(inject('valkeyUrl'))
})
afterAll(async () => {
  valkey?.disconnect()
  await stack?.stop()
  await inbox?.close()
  await rm(dir, { recursive: true, force: true })
})

const client = (file: string, ...more: readonly string[]) =>
  execa(
    join(REPO_DIR, 'node_modules/.bin/node'),
    [
      ...[join(REPO_DIR, 'scripts/cli.ts'), 'csv', 'orders', file],
      ...['--to', stack.publisher, '--target', 'grpc', ...more],
    ],
    { env: { CAUDAL_DATA: dir }, reject: false, all: true },
  )

const TEST_MS = 4 * DEADLINE_MS

it('every row of a file ends, with one mail for each state, though its client was killed midway', {
  timeout: TEST_MS,
}, async () => {
  const file = join(dir, 'orders.csv')
  await writeFile(file, sampleCsv('orders', ROWS, 7))
  const total = async (): Promise<number> => Number(await valkey.get(`${stack.prefix}pedidos:total`))
  const first = client(file, '--level', LEVEL)
  expect(await until(async () => (await total()) >= ROWS * MIDWAY, DEADLINE_MS)).toBe(true)
  first.kill('SIGKILL')
  await first
  const second = await client(file, '--level', 'alta', '--resume')
  expect(second.exitCode, second.all).toBe(0)
  expect(second.stdout).toMatch(/stored +\d+, and \d+ before/)

  const states = () => valkey.hgetall(`${stack.prefix}pedidos:estados`)
  await until(async () => Number((await states()).Finalizado) === ROWS, DEADLINE_MS)
  expect((await states()).Finalizado).toBe(String(ROWS))
  expect(await total()).toBe(ROWS)

  await until(() => inbox.count() >= ROWS * LINE.length, DEADLINE_MS)
  const ids = inbox.mails().map(({ messageId }) => messageId)
  expect(ids).toHaveLength(ROWS * LINE.length)
  expect(new Set(ids).size).toBe(ids.length)
  const perState = Map.groupBy(inbox.mails(), ({ subject }) => subject.split(': ').at(-1))
  expect(Object.fromEntries(Array.from(perState, ([state, mails]) => [state, mails.length]))).toEqual(
    Object.fromEntries(LINE.map((state) => [state, ROWS])),
  )

  const again = await client(file, '--level', 'alta')
  expect(again.exitCode, again.all).toBe(0)
  const duplicates = () => valkey.hget(`${stack.prefix}caudal:stats`, 'duplicates:orders')
  await until(async () => Number(await duplicates()) >= ROWS, DEADLINE_MS)
  expect(await total()).toBe(ROWS)
  expect(inbox.count()).toBe(ROWS * LINE.length)
  // The rows twice over, and four moves of each; more where the killed client had not noted an answer.
  const { inKafka, differences } = await ledger()
  expect(differences).toEqual([])
  expect(inKafka).toBeGreaterThanOrEqual(ROWS * (2 + LINE.length - 1))
})

it('the console shows it: the board, the machine, and one order state by state', async ({ skip }) => {
  const watched = await Watched.start()
  skip(watched.none !== '', watched.none)
  try {
    const page = await watched.open(`${stack.url.console}/lives/orders`, { locale: 'en-GB' })
    const row = page.getByRole('row', { name: /completed/ })
    await row.waitFor()
    expect(await row.textContent()).toContain(`completed${ROWS}`)
    expect(await page.locator('.machine-state').count()).toBe(LINE.length + 2)
    const [id = ''] = (await valkey.keys(`${stack.prefix}pedido:*`)).map((key) => key.split(':').at(-1))
    await page.getByRole('textbox', { name: 'Its id' }).fill(id)
    await page.getByRole('button', { name: 'Look up' }).click()
    await page
      .locator('.timeline li')
      .nth(LINE.length - 1)
      .waitFor()
    expect(await page.locator('.timeline li b').allTextContents()).toEqual([
      ...['processing', 'in preparation', 'shipped', 'delivered', 'completed'],
    ])
    // From what happened to an order, its life is a click away.
    await page.goto(`${stack.url.console}/boards/order_events`)
    await page.locator('.newest tbody tr').first().getByRole('link').first().click()
    await page
      .locator('.timeline li')
      .nth(LINE.length - 1)
      .waitFor()
    await page.context().close()
  } finally {
    await watched.close()
  }
})

it('the report has it, as HTML, CSV and for Elasticsearch', async () => {
  const report = (...more: readonly string[]) =>
    execa(
      join(REPO_DIR, 'node_modules/.bin/node'),
      [join(REPO_DIR, 'scripts/cli.ts'), 'report', 'orders', '--out', dir, ...more],
      { env: { CAUDAL_DATA: dir, VALKEY_URL: inject('valkeyUrl'), VALKEY_PREFIX: stack.prefix } },
    )
  await report()
  expect(await readFile(join(dir, 'orders.html'), 'utf8')).toContain(
    `<td>Finalizado</td><td>yes</td><td>${ROWS}`,
  )
  expect(await readFile(join(dir, 'orders.csv'), 'utf8')).toContain(`,Finalizado,yes,${ROWS},`)
  await report('--export', 'elastic')
  const lines = (await readFile(join(dir, 'orders.ndjson'), 'utf8')).trimEnd().split('\n')
  const actions = lines.filter((_, at) => at % 2 === 0).map((line) => JSON.parse(line).index._index)
  const per = Map.groupBy(actions, (index) => index)
  // Three figures of the newest sending.
  expect(per.get('compras-index')).toHaveLength(ROWS)
  expect(per.get('metrics-index')).toHaveLength(ROWS * (LINE.length - 1) + 3)
})

it('an order that somebody else wrote to the topic, as no CloudEvent, is moved and told of as any other', async () => {
  const { brokers, domains, prefix } = stack
  const topic = domains.find((domain) => domain.mail !== undefined)?.topic ?? ''
  const before = inbox.count()
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const order = { id: 'foreign', nombre_producto: 'Lámpara', precio: 9, correo: 'foreign@example.com' }
  await producer.send({ topic, messages: [{ key: order.id, value: JSON.stringify(order) }] })
  await producer.disconnect()
  await until(() => inbox.count() >= before + LINE.length, DEADLINE_MS)
  const subjects = inbox.mails().map(({ subject }) => subject)
  expect(subjects.filter((subject) => subject.includes('Lámpara')).sort()).toEqual(
    LINE.map((state) => `Tu pedido de Lámpara: ${state}`).sort(),
  )
  expect(await valkey.hget(`${prefix}pedido:foreign`, 'estado')).toBe('Finalizado')
})

/** All that was ever stored, against all that is counted. */
async function ledger() {
  const { brokers, domains, prefix } = stack
  const kafka = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING })
  const recount = recountFrom({}, domains)
  const reader = { kafka, valkey, registry: registryOf(domains), prefix, generations: new Map() }
  const ranges = topicsOf(domains).map((topic) => ({ topic }))
  const { inKafka } = await accountFor(reader, ranges, { atMs: 0, bits: new Map() }, recount.add)
  const { differences } = recount.compare(await readSnapshot(valkey, domains, { prefix }), Date.now())
  return { inKafka, differences }
}
