/**
 * How events that come from the log are read: KafkaSource delivers records that are no CloudEvent as well.
 *
 * It writes attribute values raw into headers, while the HTTP binding (section 3.1.3.2) wants them percent-encoded. Read
 * as they are, different identities stay different whichever it does; decoded, `a%20b` and `a b` would become one, and
 * `50%` could not be read at all.
 */

import type { Domain } from '../../_core/domain.ts'
import { Failure } from '../../_core/errors.ts'
import { logTimes } from '../../_core/event-time.ts'
import type { Clock } from '../../_core/ports.ts'
import { knownType, type Registry, topicsOf } from '../../_core/registry.ts'
import { requireSource } from '../../_core/reserved-sources.ts'
import type { Reading } from './read-event.ts'

/** What KafkaSource makes of a record whose headers are no CloudEvent. */
const PLAIN_RECORD_TYPE = 'dev.knative.kafka.event'

/**
 * What a plain record leaves out counts as 0 or empty.
 *
 * @param clock when a record was written, as near as the reader knows it: a KafkaSource says it of plain records alone
 */
export const logReading = (registry: Registry, clock: Clock): Reading => ({
  timeOf: logTimes(clock),
  rawHeaders: true,
  domainOf: (type, source) => {
    if (type === PLAIN_RECORD_TYPE) return { domain: topicDomain(registry, source), missing: 'absent' }
    requireSource(source, 'peer')
    return { domain: knownType(registry, type), missing: 'required' }
  },
})

/** A plain record's source ends with `#<topic>`. */
function topicDomain(registry: Registry, source: string): Domain {
  const topic = source.slice(source.indexOf('#') + 1)
  const domain = registry.all.find((candidate) => candidate.topic === topic)
  if (domain !== undefined) return domain
  const detail = `names no topic of ${topicsOf(registry.all).join(', ')}`
  throw new Failure('invalid', `source ${detail}`, [{ field: 'source', detail }])
}
