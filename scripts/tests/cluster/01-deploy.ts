/** Deploy from nothing with the one command; every manifest is accepted; a second deploy changes nothing. */
import { describe, expect, test } from 'vitest'
import { FUNCTIONS } from '../../../functions/_core/topology.ts'
import { deployNow } from './context.ts'
import { measureStarts } from './process-start.ts'

describe('deploy', () => {
  test.each(['dev', 'prod'])(
    'every object of the %s overlay is accepted with strict validation',
    async (overlay) => {
      const { all, exitCode } = await deployNow('--overlay', overlay, '--dry-run', '--public-endpoints')
      expect(all).toContain('objects accepted by the API server')
      expect(exitCode).toBe(0)
    },
  )

  test('from nothing, with one sale through the ingress into Valkey', async () => {
    const { all, exitCode } = await deployNow()
    expect(all).toContain('counted once in Valkey')
    expect(exitCode).toBe(0)
  })

  test('a second deploy changes nothing', async () => {
    const { all } = await deployNow('--no-smoke')
    expect(all).toMatch(/deployed: 0 created, 0 changed, \d+ unchanged/)
  })

  // The carrier is a component, and no part of a shop.
  test.each(FUNCTIONS.filter((name) => name !== 'carrier'))(
    "V8 takes the compiled code of %s's image at its first start",
    async (name) => {
      const { cacheHits, cacheLookups } = await measureStarts(name, 1)
      expect(cacheLookups).toBeGreaterThan(0)
      expect(cacheHits).toBe(cacheLookups)
    },
  )
})
