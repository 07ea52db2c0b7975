/** Where an event lies in Kafka, in words. */
import type { JourneyRecord } from '../../api.ts'
import { integer } from '../i18n/format.ts'
import { messages } from '../i18n/locale.ts'

export function RecordPlace({ record }: { readonly record: JourneyRecord }) {
  const { topic, partition, offset, packed, index } = record
  return (
    <>
      {messages.value.recordAt(topic, String(partition), String(offset))}
      {packed > 1 && (
        <span class="muted"> ({messages.value.recordPacked(integer(index + 1), integer(packed))})</span>
      )}
    </>
  )
}
