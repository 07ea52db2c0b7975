/** The reports: autoscaling.csv, autoscaling.svg and cold-starts.csv; under-load.csv. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FUNCTIONS } from '../../../functions/_core/topology.ts'
import { reportFolder } from './context.ts'
import { type Account, type Outcome, quantile, RETRYABLE } from './load.ts'
import { plot } from './plot.ts'
import type { ColdStart, Moment } from './timeline.ts'

const csv = (lines: readonly (readonly unknown[])[]): string =>
  lines.map((line) => `${line.join(',')}\n`).join('')

const write = async (name: string, text: string): Promise<void> => {
  await mkdir(reportFolder, { recursive: true })
  await writeFile(join(reportFolder, name), text)
}

const RETRIED: readonly Outcome[] = [...RETRYABLE, 'connection reset']
const latency = ({ latenciesMs }: Account, share: number): string => quantile(latenciesMs, share).toFixed(0)

export const accountLine = (what: string, account: Account): string => {
  const retried = [...account.retried].map(([outcome, times]) => `${times} x ${outcome}`).join(', ')
  return (
    `${what}: ${account.sent} sent, ${account.acknowledged} acknowledged, ${account.failed.length} failed, ` +
    `retried: ${retried || 'none'}; p50 ${latency(account, 0.5)} ms, p99 ${latency(account, 0.99)} ms`
  )
}

/** What clients saw while things changed: a line for each test. */
export async function writeAccounts(accounts: ReadonlyMap<string, Account>): Promise<void> {
  const retried = RETRIED.map((outcome) => `retried after ${outcome}`)
  const head = ['during', 'sent', 'acknowledged', 'failed', ...retried, 'p50_ms', 'p99_ms']
  const lines = [...accounts].map(([what, account]) => [
    what,
    account.sent,
    account.acknowledged,
    account.failed.length,
    ...RETRIED.map((outcome) => account.retried.get(outcome) ?? 0),
    latency(account, 0.5),
    latency(account, 0.99),
  ])
  await write('under-load.csv', csv([head, ...lines]))
}

export async function writeReport(
  moments: readonly Moment[],
  coldStarts: readonly ColdStart[],
): Promise<void> {
  await write('autoscaling.csv', momentsTable(moments))
  const starts = coldStarts.map(({ pod, scheduledS, startedS, readyS }) => [
    pod,
    scheduledS,
    startedS,
    readyS,
  ])
  await write('cold-starts.csv', csv([['pod', 'scheduled_s', 'process_started_s', 'ready_s'], ...starts]))
  await write('autoscaling.svg', drawing(moments))
}

function momentsTable(moments: readonly Moment[]): string {
  const head = [
    'second',
    ...FUNCTIONS.map((name) => `${name}_pods`),
    ...FUNCTIONS.map((name) => `${name}_ready`),
    ...['concurrency', 'requests_per_s', 'p50_ms', 'p99_ms'],
  ]
  const rows = moments.map(({ second, pods, ready, concurrency, perSecond, p50Ms, p99Ms }) => [
    second,
    ...FUNCTIONS.map((name) => pods[name]),
    ...FUNCTIONS.map((name) => ready[name]),
    ...[concurrency, perSecond, p50Ms, p99Ms],
  ])
  return csv([head, ...rows])
}

function drawing(moments: readonly Moment[]): string {
  const line = (name: string, of: (moment: Moment) => number) => ({ name, y: moments.map(of) })
  return plot(
    moments.map(({ second }) => second),
    [
      { title: 'pods ready', lines: FUNCTIONS.map((name) => line(name, ({ ready }) => ready[name])) },
      { title: 'acknowledged/s', lines: [line('sales', ({ perSecond }) => perSecond)] },
      { title: 'in flight', lines: [line('requests', ({ concurrency }) => concurrency)] },
      {
        title: 'latency, ms',
        lines: [line('p50', ({ p50Ms }) => p50Ms), line('p99', ({ p99Ms }) => p99Ms)],
      },
    ],
  )
}
