/** The source of a topic, as it names itself in the events it makes of plain records. */
import { KEY_TYPE, NAMESPACE, sourceName } from '../lib/kafka/source-names.ts'
import type { Origin } from './event.ts'

const origins = new Map<string, Origin>()

/** The one that runs here unless told otherwise; it is asked for every record. */
export function originOf(topic: string): Origin {
  let origin = origins.get(topic)
  if (origin === undefined) {
    origin = { namespace: NAMESPACE, name: sourceName(topic), addPosition: true, keyType: KEY_TYPE }
    origins.set(topic, origin)
  }
  return origin
}
