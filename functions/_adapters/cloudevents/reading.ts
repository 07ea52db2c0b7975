/** How events that come from the log are read: KafkaSource delivers records that are no CloudEvent as well. */

import type { Domain } from '../../_core/domain.ts'
import { Failure } from '../../_core/errors.ts'
import type { Clock } from '../../_core/ports.ts'
import { knownType, type Registry } from '../../_core/registry.ts'
import { timestampOf } from '../../_core/time.ts'
import type { Reading } from './http.ts'

/** What KafkaSource makes of a record whose headers are no CloudEvent. */
const PLAIN_RECORD_TYPE = 'dev.knative.kafka.event'

/** What a plain record leaves out counts as 0 or empty. */
export const logReading = (registry: Registry, clock: Clock): Reading => ({
  now: () => timestampOf(clock()),
  domainOf: (type, source) =>
    type === PLAIN_RECORD_TYPE
      ? { domain: topicDomain(registry, source), missing: 'absent' }
      : { domain: knownType(registry, type), missing: 'required' },
})

/** A plain record's source ends with `#<topic>`. */
function topicDomain(registry: Registry, source: string): Domain {
  const topic = source.slice(source.indexOf('#') + 1)
  const domain = registry.all.find((candidate) => candidate.topic === topic)
  if (domain !== undefined) return domain
  const detail = `names no topic of ${registry.all.map((known) => known.topic).join(', ')}`
  throw new Failure('invalid', `source ${detail}`, [{ field: 'source', detail }])
}
