/**
 * Every part is killed -9 under load, one after the other, and Valkey's file loses its end besides: nothing is lost,
 * nothing is counted twice, and what happens to an order is judged in the order in which it was stored.
 */
import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { startTimeOf } from '../../lib/process-stat.ts'
import { until } from '../../lib/until.ts'
import {
  childrenOf,
  cutValkeyFile,
  newPlace,
  type Place,
  type Runner,
  startRunner,
} from '../support/runner.ts'

const SEED = 20261127
const DEADLINE_MS = 240_000
const PARTS = ['ingest', 'bridge', 'publisher', 'aggregator', 'source', 'kafka', 'valkey']
/** Lines of a second each before the next death. */
const MOST_LINES = 2
const LOST_SHARE = 0.2
const GONE_MS = 10_000

const [plan = []] = fc
  .sample(
    fc.tuple(
      fc.shuffledSubarray(PARTS, { minLength: PARTS.length }),
      fc.array(fc.integer({ min: 1, max: MOST_LINES }), { minLength: PARTS.length, maxLength: PARTS.length }),
    ),
    { seed: SEED, numRuns: 1 },
  )
  .map(([parts, lines]) => parts.map((part, index) => ({ part, lines: lines[index] ?? 1 })))

it(`kill -9 of ${plan.map(({ part }) => part).join(', ')} (seed ${SEED})`, {
  timeout: DEADLINE_MS,
}, async () => {
  const place = await newPlace()
  const load = ['--rate', '300', '--users', '32', '--mistakes']
  const runner = startRunner(place, { args: [...load, '--json', place.json] })
  for (const { part, lines } of plan) {
    for (let line = 0; line < lines; line++) await runner.line(/accepted [1-9].*counted [1-9]/)
    const pid = childrenOf(runner.pid).get(part)
    // No pid is 0 to kill(2): the whole group, and with it the tests.
    if (pid === undefined) throw new Error(`${part} does not run`)
    if (part === 'valkey') await killAndCut(runner, pid, place)
    else process.kill(pid, 'SIGKILL')
    await runner.line(new RegExp(`^${part} was ended by SIGKILL`))
  }
  await runner.line(/accepted [1-9].*counted [1-9]/)
  runner.signal('SIGTERM')
  expect(await runner.ended(), runner.output()).toBe(130)
  const result = JSON.parse(await readFile(place.json, 'utf8'))
  expect(result, runner.output()).toMatchObject({ reconciled: true, refused: 0 })
  expect(result.acknowledged).toBeGreaterThan(500)
  // Moves that are not allowed are refused where they stand in the log, each of them, and nothing else is.
  expect(result.illegal).toBeGreaterThan(0)
  expect(result, runner.output()).toMatchObject({ dead_lettered: result.illegal, judged_anew: 0 })
})

/** The runner sleeps meanwhile: it would start a Valkey that has read the whole file before its end is gone. */
async function killAndCut(runner: Runner, valkeyPid: number, place: Place): Promise<void> {
  runner.signal('SIGSTOP')
  try {
    process.kill(valkeyPid, 'SIGKILL')
    expect(await until(() => startTimeOf(valkeyPid) === undefined, GONE_MS), 'Valkey is still there').toBe(
      true,
    )
    cutValkeyFile(place, LOST_SHARE)
  } finally {
    runner.signal('SIGCONT')
  }
}
