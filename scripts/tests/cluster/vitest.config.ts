/** `npm run test:cluster`: apart from `npm test`, because it takes a cluster and a quarter of an hour. */
import { defineConfig } from 'vitest/config'

const MINUTE_MS = 60_000

export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['suite.cluster.ts'],
    testTimeout: 8 * MINUTE_MS,
    hookTimeout: 5 * MINUTE_MS,
    reporters: ['verbose'],
  },
})
