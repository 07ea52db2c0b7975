/**
 * `npm run bench -- --console`: what the console takes from the pipeline. In each round the same load runs twice on the same
 * pipeline, in ABBA order: with the console at work, watched by several pages, and with the console stopped (SIGSTOP), so
 * that it reads, scrapes and sends nothing. Ratios are taken within a round.
 */
import { type Interval, median, medianInterval, randomFrom } from '../../lib/statistics.ts'
import type { TestStack } from '../../local/test-stack.ts'
import { abba } from '../compare/rounds.ts'
import { withStack } from '../stack.ts'
import { type Measurement, measure } from './measure.ts'
import { probe } from './probe.ts'
import { pipelineTask } from './tasks.ts'

const CONNECTIONS = 64
/** Pages that are open on the console's live stream. */
const WATCHERS = 3
const WARM_UP_S = 5
const KINDS = ['with', 'without'] as const
type Kind = (typeof KINDS)[number]

export interface ConsoleCost {
  /** Events a second with the console, by those without: 0.95 is five per cent slower. */
  readonly ratio: Interval
  readonly rounds: readonly Readonly<Record<Kind, Measurement>>[]
}

export const consoleCost = (rounds: number, seconds: number): Promise<ConsoleCost> =>
  withStack(async ({ pipeline, pids }) => {
    // A console that is stopped answers nobody, not even who asks for its metrics.
    const { console: _, ...url } = pipeline.url
    const look = probe({ ...pipeline, url }, pids)
    const task = pipelineTask(pipeline, 'pipeline', CONNECTIONS)
    try {
      await task.load(WARM_UP_S)
      const measured: Readonly<Record<Kind, Measurement>>[] = []
      for (const [round, kinds] of abba(KINDS, rounds).entries()) {
        const found: Partial<Record<Kind, Measurement>> = {}
        for (const kind of kinds) {
          process.stderr.write(`round ${round + 1} of ${rounds}: ${kind} the console\n`)
          const run = () => measure(task, look, seconds)
          found[kind] = await (kind === 'with' ? watched(pipeline, run) : stopped(pipeline, run))
        }
        if (found.with && found.without) measured.push({ with: found.with, without: found.without })
      }
      return { ratio: ratioOf(measured), rounds: measured }
    } finally {
      look.close()
    }
  })

const ratioOf = (rounds: ConsoleCost['rounds']): Interval =>
  medianInterval(
    rounds.map((round) => round.with.eventsPerS / round.without.eventsPerS),
    randomFrom(1),
  )

async function watched<Result>({ url }: TestStack, run: () => Promise<Result>): Promise<Result> {
  const over = new AbortController()
  const watch = async (): Promise<void> => {
    const { body } = await fetch(`${url.console}/api/live`, { signal: over.signal })
    for await (const _ of body ?? []);
  }
  const watching = Array.from({ length: WATCHERS }, () => watch().catch(() => {}))
  try {
    return await run()
  } finally {
    over.abort()
    await Promise.all(watching)
  }
}

async function stopped<Result>({ processes }: TestStack, run: () => Promise<Result>): Promise<Result> {
  const { pid } = processes.get('console')
  process.kill(pid, 'SIGSTOP')
  try {
    return await run()
  } finally {
    process.kill(pid, 'SIGCONT')
  }
}

export function consoleText({ ratio, rounds }: ConsoleCost): string {
  const line = (kind: Kind): string => {
    const all = rounds.map((round) => round[kind])
    const of = (figure: (one: Measurement) => number): number => median(all.map(figure))
    const cpu = of(({ cpuUsPerEvent }) => cpuUsPerEvent.console ?? 0)
    const rate = of(({ eventsPerS }) => eventsPerS)
    const [p50, p99] = [of(({ p50Ms }) => p50Ms), of(({ p99Ms }) => p99Ms)]
    return `${kind.padEnd(8)} ${rate.toFixed(0)} events/s, p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, console ${cpu.toFixed(1)} CPU-µs an event`
  }
  const [estimate, low, high] = [ratio.estimate, ratio.low, ratio.high].map((value) => value.toFixed(3))
  return [
    ...KINDS.map(line),
    `with the console the pipeline takes ${estimate} × the events a second (95 %: ${low} to ${high}; ${rounds.length} rounds, ${WATCHERS} pages open)`,
  ].join('\n')
}
