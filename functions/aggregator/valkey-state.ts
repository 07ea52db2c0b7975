/** What an operator has to know of Valkey before it refuses writes, or forgets them: read when Prometheus asks. */
import type { Metrics } from '../_core/metrics.ts'

/** The one call this needs of a Valkey client. */
export interface ValkeyState {
  info(section: 'memory' | 'persistence'): Promise<ReadonlyMap<string, string>>
}

export function observeValkey(valkey: ValkeyState, metrics: Metrics): void {
  const memory = async (field: string): Promise<number> =>
    Number((await valkey.info('memory')).get(field) ?? Number.NaN)
  metrics.gauge('valkeyMemoryBytes', {}, () => memory('used_memory'))
  metrics.gauge('valkeyMemoryLimitBytes', {}, async () => {
    const limit = await memory('maxmemory')
    return limit === 0 ? undefined : limit
  })
  metrics.gauge('valkeyAppendOnly', {}, async () => {
    const persistence = await valkey.info('persistence')
    const kept = persistence.get('aof_enabled') === '1' && persistence.get('aof_last_write_status') === 'ok'
    return kept ? 1 : 0
  })
}
