/** After a run of many files: a table of where the time went, the slowest first. */
import type { Reporter, TestModule } from 'vitest/node'

/** A person who runs a file or two sees its time anyway. */
const FEWEST_FILES = 10
const SLOW_MS = 1_000

const seconds = (ms: number): string => (ms / 1_000).toFixed(1).padStart(7)

export default class TimingReporter implements Reporter {
  #startedMs = 0

  onInit(): void {
    this.#startedMs = performance.now()
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    if (modules.length < FEWEST_FILES) return
    const rows = modules.map((module) => {
      const { collectDuration, duration } = module.diagnostic()
      return { file: module.relativeModuleId, project: module.project.name, collectDuration, duration }
    })
    rows.sort((one, other) => other.duration - one.duration)
    const slow = rows.filter(({ duration, collectDuration }) => duration + collectDuration >= SLOW_MS)
    const rest = rows.filter((row) => !slow.includes(row))
    const sum = (of: typeof rows) => ({
      collectDuration: of.reduce((total, row) => total + row.collectDuration, 0),
      duration: of.reduce((total, row) => total + row.duration, 0),
    })
    const lines = [
      ...slow.map((row) => ({ ...row, name: `${row.file} (${row.project})` })),
      { ...sum(rest), name: `${rest.length} files under ${SLOW_MS / 1_000} s` },
      {
        ...sum(rows),
        name: `all, beside each other; ${seconds(performance.now() - this.#startedMs).trim()} s by the clock`,
      },
    ].map(({ duration, collectDuration, name }) => `${seconds(duration)}${seconds(collectDuration)}  ${name}`)
    process.stdout.write(`\n${['tests s import s  file', ...lines].join('\n')}\n`)
  }
}
