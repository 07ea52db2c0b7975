/**
 * Where a delivered record is in Kafka. Newer KafkaSources add it to every event, as two extension attributes (see
 * `scripts/kafka-source/event.ts`); of a record that is no CloudEvent it is the id.
 */
import type { HeaderReader } from '../http/headers.ts'

const PLAIN_ID = /^partition:(\d{1,10})\/offset:(\d{1,16})$/
const NUMBER = /^\d{1,16}$/

export interface DeliveredPosition {
  readonly partition: number
  readonly offset: number
}

export function deliveredPosition(header: HeaderReader): DeliveredPosition | undefined {
  const partition = header('ce-knativekafkapartition')
  const offset = header('ce-knativekafkaoffset')
  if (partition !== undefined && offset !== undefined && NUMBER.test(partition) && NUMBER.test(offset)) {
    return { partition: Number(partition), offset: Number(offset) }
  }
  const [, first, second] = PLAIN_ID.exec(header('ce-id') ?? '') ?? []
  return first === undefined ? undefined : { partition: Number(first), offset: Number(second) }
}
