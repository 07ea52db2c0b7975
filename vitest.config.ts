import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { testFiles } from './scripts/tests/support/needs-servers.ts'

const { unit, servers } = testFiles()

/** Whole programs take longest: started last, one of them would run alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) =>
      /\/scripts\/(tests|measure)\/|\/locust\//.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

export default defineConfig({
  test: {
    // One more than there are cores here: whole programs wait for each other most of the time.
    maxWorkers: 3,
    reporters: ['default', './scripts/tests/support/timing-reporter.ts'],
    sequence: { sequencer: LongestFirst },
    // A deadline, not a measure: whole programs on a machine that others use too.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      // No module keeps state, so files of one worker may share them: half of the CPU time.
      { extends: true, test: { name: 'unit', include: unit, isolate: false } },
      {
        extends: true,
        test: { name: 'servers', include: servers, globalSetup: 'scripts/tests/support/servers.ts' },
      },
    ],
  },
})
