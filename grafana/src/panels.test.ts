/** What every panel asks is asked here of a real Valkey and a real Prometheus, which the running pipeline fills. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { PORTS } from '../../functions/_core/topology.ts'
import { startMailServer, type TestMailServer } from '../../functions/notifier/_testing/smtp.ts'
import { until } from '../../scripts/lib/until.ts'
import { startTestStack, type TestStack } from '../../scripts/local/test-stack.ts'
import {
  type Board,
  type BoardPanel,
  boards,
  legendLabels,
  panelsOf,
  redisQuery,
  type Target,
} from '../_testing/boards.ts'
import {
  MISSING,
  PROMETHEUS,
  type Series,
  startPrometheus,
  type TestPrometheus,
} from '../_testing/prometheus.ts'
import { keepSending } from '../_testing/traffic.ts'
import { ask, type Frame, variableValues } from './redis/source.ts'

const THERE_MS = 30_000
/** At a scrape a second: what four of them are at the usual pace. */
const GRAFANA: Record<string, string> = { $__rate_interval: '5s', $__interval: '1s', $__range: '60s' }
const LOOK_BACK_S = 30
/** Their metrics are Knative's own: the cluster tests ask them. */
const CLUSTER_ONLY = new Set(['caudal-autoscaling'])

/** Where the documents say that they answer HTTP. */
const DOCUMENTED: Record<string, number> = {
  ingest: PORTS.INGEST_PORT,
  bridge: PORTS.BRIDGE_PORT,
  aggregator: PORTS.AGGREGATOR_PORT,
  console: PORTS.CONSOLE_PORT,
  publisher: PORTS.PUBLISHER_HTTP_PORT,
}
const RUNBOOK = Array.from(
  readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8').matchAll(/^\$ (.*)$/gm),
  ([, command = '']) => command,
)

let mailServer: TestMailServer
let stack: TestStack
let valkey: Redis
let prometheus: TestPrometheus | undefined
let stopSending: () => Promise<void>
beforeAll(async () => {
  mailServer = await startMailServer(() => 'take')
  stack = await startTestStack({
    brokers: inject('kafkaBrokers'),
    valkeyUrl: inject('valkeyUrl'),
    followers: ['notifier'],
    env: { SMTP_URL: mailServer.url },
  })
  valkey = new Redis(stack.valkeyUrl, { protocol: 2 })
  stopSending = keepSending(stack)
  const functions = [...Object.values(stack.url), stack.sourceUrl].map((url) => new URL(url).host)
  if (PROMETHEUS !== undefined) prometheus = await startPrometheus(PROMETHEUS, { functions })
}, 120_000)
afterAll(async () => {
  await stopSending()
  await prometheus?.stop()
  valkey.disconnect()
  await stack.stop()
  await mailServer.close()
})

const isOver = (type: string) => (target: Target) => target.datasource.type === type
const asking = (board: Board, type: string) =>
  panelsOf(board)
    .filter(({ targets }) => targets.some(isOver(type)))
    .map((panel) => [panel.title, panel] as const)
const named = boards.map((board) => [board.title, board] as const)

describe.each(named)('%s over Valkey', (_, board) => {
  const chosen: Record<string, string> = { categoria: 'ropa' }
  const filled = (text: string): string => text.replace(/\$\{(\w+)\}/g, (_, name) => chosen[name] ?? '')

  /** In a test run every key has a prefix. */
  async function frameOf(target: Target): Promise<Frame> {
    const query = redisQuery.parse(target)
    const key = query.keyName === undefined ? {} : { keyName: stack.prefix + filled(query.keyName) }
    return ask(valkey, { ...query, ...key }, { fromMs: Date.now() - 3_600_000, toMs: Date.now() })
  }

  it('its variables have values', async () => {
    for (const { name, query = '' } of board.templating.list.filter(({ type }) => type === 'query')) {
      const [command, key, ...rest] = filled(query).split(' ')
      const line = [command, stack.prefix + key, ...rest].join(' ')
      const [first] = (await until(async () => nonEmpty(await variableValues(valkey, line)), THERE_MS)) ?? []
      expect(first).toMatch(/./)
      chosen[name] = first ?? ''
    }
  })

  it.each(asking(board, 'redis-datasource'))('%s', async (_, panel) => {
    for (const target of panel.targets) {
      const frame = await until(async () => usable(panel, await frameOf(target)), THERE_MS)
      expect(frame, JSON.stringify(await frameOf(target))).toBeDefined()
    }
  })
})

const nonEmpty = (values: string[]) => (values.length > 0 ? values : undefined)

/** A table shows anything; all the others draw numbers. */
function usable({ type }: BoardPanel, { fields }: Frame): Frame['fields'] | undefined {
  const filled = fields.length > 0 && fields.every(({ values }) => values.length > 0)
  const drawn = type === 'table' || fields.every((field) => field.type === 'number')
  return filled && drawn ? fields : undefined
}

const here = named.filter(([, { uid }]) => !CLUSTER_ONLY.has(uid))
describe.skipIf(PROMETHEUS === undefined)(
  `Prometheus${PROMETHEUS === undefined ? `: ${MISSING}` : ''}`,
  () => {
    const query = async ({ expr = '', instant = false }: Target): Promise<Series[]> => {
      const filled = expr.replace(/\$__\w+/g, (name) => GRAFANA[name] ?? name)
      return (await prometheus?.query(filled, instant ? 0 : LOOK_BACK_S)) ?? []
    }

    it.each(RUNBOOK)('the runbook: $ %s', async (command) => {
      const ports: Record<string, string | undefined> = { 9090: prometheus?.url, 8085: stack.sourceUrl }
      for (const [name, url] of Object.entries(stack.url)) ports[String(DOCUMENTED[name])] = url
      const here = command.replace(/http:\/\/127\.0\.0\.1:(\d+)/g, (_, port) => ports[port] ?? `no ${port}`)
      const { stdout } = await execa('sh', ['-c', here])
      expect(stdout).toMatch(/./)
      if (command.includes('/api/v1/query')) expect(JSON.parse(stdout)).toMatchObject({ status: 'success' })
    })

    describe.each(here)('%s', (_, board) => {
      it.each(asking(board, 'prometheus'))('%s', async (_, panel) => {
        for (const target of panel.targets) {
          const series = await until(async () => drawable(target, await query(target)), THERE_MS)
          expect(series, JSON.stringify([target.expr, await query(target)])).toBeDefined()
        }
      })
    })
  },
)

/** Something to draw, and every label that its legend names. */
function drawable(target: Target, series: readonly Series[]): readonly Series[] | undefined {
  const labels = legendLabels(target)
  const all =
    series.length > 0 && series.every((one) => labels.every((label) => one.labels[label] !== undefined))
  return all && series.some(({ values }) => values.length > 0) ? series : undefined
}
