/** What every panel asks is asked here of a real Valkey, which the running pipeline filled. */
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { until } from '../../scripts/lib/until.ts'
import { startTestStack, type TestStack } from '../../scripts/local/test-stack.ts'
import { type BoardPanel, boards, panelsOf, redisQuery, type Target } from '../_testing/boards.ts'
import { sendEvents } from '../_testing/traffic.ts'
import { ask, type Frame, variableValues } from './redis/source.ts'

const COUNTED_MS = 30_000
const VALUES: Record<string, string> = { categoria: 'ropa' }

let stack: TestStack
let valkey: Redis
beforeAll(async () => {
  stack = await startTestStack({ brokers: inject('kafkaBrokers'), valkeyUrl: inject('valkeyUrl') })
  valkey = new Redis(stack.valkeyUrl, { protocol: 2 })
  const sent = await sendEvents(stack)
  const all = await until(async () => (await counted()) === sent, COUNTED_MS)
  expect(all).toBe(true)
}, 120_000)
afterAll(async () => {
  valkey.disconnect()
  await stack.stop()
})

async function counted(): Promise<number> {
  const stats = await valkey.hgetall(`${stack.prefix}caudal:stats`)
  return Object.entries(stats).reduce(
    (sum, [name, value]) => (name.startsWith('counted:') ? sum + Number(value) : sum),
    0,
  )
}

const filled = (text: string): string => text.replace(/\$\{(\w+)\}/g, (_, name) => VALUES[name] ?? '')

/** In a test run every key has a prefix. */
async function frameOf(target: Target): Promise<Frame> {
  const query = redisQuery.parse(target)
  const key = query.keyName === undefined ? {} : { keyName: stack.prefix + filled(query.keyName) }
  return ask(valkey, { ...query, ...key }, { fromMs: Date.now() - 3_600_000, toMs: Date.now() })
}

const isOver = (type: string) => (target: Target) => target.datasource.type === type

describe.each(boards.map((board) => [board.title, board] as const))('%s over Valkey', (_, board) => {
  const asking = panelsOf(board).filter(({ targets }) => targets.some(isOver('redis-datasource')))

  it('its variables have values', async () => {
    const asked = board.templating.list.filter(({ type }) => type === 'query')
    for (const { name, query = '' } of asked) {
      const [command, key, ...rest] = filled(query).split(' ')
      const values = await variableValues(valkey, [command, stack.prefix + key, ...rest].join(' '))
      expect(values.length).toBeGreaterThan(0)
      VALUES[name] = values[0] ?? ''
    }
  })

  it.each(asking.map((panel) => [panel.title, panel] as const))('%s', async (_, panel) => {
    for (const target of panel.targets) expectUsable(panel, await frameOf(target))
  })
})

/** A table shows anything; all the others draw numbers. */
function expectUsable({ type }: BoardPanel, { fields }: Frame): void {
  expect(fields.length).toBeGreaterThan(0)
  expect(fields[0]?.values.length).toBeGreaterThan(0)
  if (type !== 'table') expect(fields.filter((field) => field.type !== 'number')).toEqual([])
}
