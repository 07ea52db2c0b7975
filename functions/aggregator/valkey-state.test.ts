import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { connectValkey } from '../_adapters/valkey/connect.ts'
import { createMetrics } from '../_runtime/metrics.ts'
import { observeValkey, type ValkeyState } from './valkey-state.ts'

async function exposed(valkey: ValkeyState): Promise<string[]> {
  const metrics = createMetrics('aggregator')
  observeValkey(valkey, metrics)
  const { text } = await metrics.expose()
  return text.split('\n').filter((line) => line.startsWith('caudal_valkey_'))
}

const stateOf = (fields: Record<string, string>): ValkeyState => ({
  info: async () => new Map(Object.entries(fields)),
})

describe('what Prometheus learns of Valkey', () => {
  let admin: Redis
  beforeAll(() => {
    admin = new Redis(inject('valkeyUrl'))
  })
  afterAll(() => admin.disconnect())

  it('is what a real one says of itself', async () => {
    const valkey = connectValkey(inject('valkeyUrl'), () => {})
    await expect.poll(valkey.readiness).toBeUndefined()
    const lines = await exposed(valkey)
    valkey.close()
    const [, limit] = (await admin.config('GET', 'maxmemory')) as [string, string]
    const [, appendOnly] = (await admin.config('GET', 'appendonly')) as [string, string]
    expect(lines).toEqual([
      expect.stringMatching(/^caudal_valkey_memory_bytes\{function="aggregator"\} [1-9]\d{5,}$/),
      ...(limit === '0' ? [] : [`caudal_valkey_memory_limit_bytes{function="aggregator"} ${limit}`]),
      `caudal_valkey_append_only{function="aggregator"} ${appendOnly === 'yes' ? 1 : 0}`,
    ])
  })

  it.each([
    [
      'a limit',
      { maxmemory: '268435456' },
      'caudal_valkey_memory_limit_bytes{function="aggregator"} 268435456',
    ],
    ['no file', { aof_enabled: '0' }, 'caudal_valkey_append_only{function="aggregator"} 0'],
    [
      'a file that could not be written',
      { aof_enabled: '1', aof_last_write_status: 'err' },
      'caudal_valkey_append_only{function="aggregator"} 0',
    ],
  ])('%s', async (_, fields, line) => {
    expect(await exposed(stateOf(fields))).toContain(line)
  })

  it('is nothing while Valkey is away', async () => {
    expect(await exposed({ info: () => Promise.reject(new Error('away')) })).toEqual([])
  })
})
