/** What a function costs when nothing happens, and what it takes to start: CPU, memory, bytes, milliseconds. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { execa } from 'execa'
import { type FunctionName, STANDARD_FUNCTIONS, stepOf } from '../../../functions/_core/topology.ts'
import { freePort } from '../../lib/free-port.ts'
import { processUsage } from '../../lib/process-stat.ts'
import { median } from '../../lib/statistics.ts'
import { until } from '../../lib/until.ts'
import type { TestStack } from '../../local/test-stack.ts'

const IDLE_MS = 10_000
const STARTS = 7
const START_DEADLINE_MS = 20_000
const POLL_MS = 2
const MIB = 1024 * 1024
const node = join(import.meta.dirname, '../../../node_modules/.bin/node')

export interface Footprint {
  /** Share of one core while idle, in percent. */
  readonly idlePercent: number
  readonly rssMib: number
  readonly bundleMib: number
}

export async function footprints(stack: TestStack): Promise<Readonly<Record<string, Footprint>>> {
  const usage = (name: string) => processUsage(stack.processes.get(name).pid) ?? { cpuUs: 0, rssBytes: 0 }
  const before = STANDARD_FUNCTIONS.map((name) => usage(name).cpuUs)
  await pause(IDLE_MS)
  return Object.fromEntries(
    STANDARD_FUNCTIONS.map((name, index) => {
      const { cpuUs, rssBytes } = usage(name)
      const bundle = statSync(join(stack.bundles, name, 'main.cjs')).size
      const idlePercent = (100 * (cpuUs - (before[index] ?? 0))) / (IDLE_MS * 1000)
      return [name, { idlePercent, rssMib: rssBytes / MIB, bundleMib: bundle / MIB }]
    }),
  )
}

/** Medians in milliseconds: bare Node running an empty script, and each function to its first answer at /live. */
export async function startTimes(stack: TestStack): Promise<Readonly<Record<string, number>>> {
  const times = (['bare', ...STANDARD_FUNCTIONS] as const).map((name): [typeof name, number[]] => [name, []])
  for (let round = 0; round < STARTS; round++) {
    for (const [name, taken] of times)
      taken.push(await (name === 'bare' ? bareStart() : functionStart(stack, name)))
  }
  return Object.fromEntries(times.map(([name, taken]) => [name, median(taken)]))
}

async function bareStart(): Promise<number> {
  const start = performance.now()
  await execa(node, ['-e', ''])
  return performance.now() - start
}

async function functionStart(stack: TestStack, name: FunctionName): Promise<number> {
  const { port, httpPort } = stepOf(name)
  const ports = { [port]: String(await freePort()), [httpPort]: String(await freePort()) }
  const env = { ...stack.settings, ...ports }
  const url = `http://127.0.0.1:${ports[httpPort]}/live`
  const start = performance.now()
  const child = execa(node, [join(stack.bundles, name, 'main.cjs')], { env, reject: false })
  const ready = await until(
    async () => (await fetch(url).catch(() => undefined))?.ok,
    START_DEADLINE_MS,
    POLL_MS,
  )
  const taken = performance.now() - start
  child.kill('SIGTERM')
  await child
  if (ready === undefined) throw new Error(`${name} did not start`)
  return taken
}
