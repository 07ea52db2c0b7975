import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      'functions/**/*.test.ts',
      'scripts/**/*.test.ts',
      'locust/**/*.test.ts',
      'grafana/**/*.test.ts',
    ],
    globalSetup: 'scripts/tests/support/servers.ts',
    // Two cores: more workers only make the real servers slower.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
