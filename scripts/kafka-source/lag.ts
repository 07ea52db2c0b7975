/** How many records of a topic are stored and not yet delivered, read from Kafka when somebody asks. */
import type { Admin } from 'kafkajs'
import { committedOffsets, logRange } from '../lib/kafka/offsets.ts'

export interface LagReader {
  /** @throws when Kafka is away */
  of(topic: string): Promise<number>
  close(): Promise<void>
}

export function lagReader(admin: Admin, groupOf: (topic: string) => string): LagReader {
  let connected: Promise<void> | undefined
  const connect = (): Promise<void> => {
    connected ??= admin.connect().catch((error: unknown) => {
      connected = undefined
      throw error
    })
    return connected
  }
  return {
    of: async (topic) => {
      await connect()
      const [{ start, end }, committed] = await Promise.all([
        logRange(admin, topic),
        committedOffsets(admin, groupOf(topic), topic),
      ])
      let lag = 0
      for (const [partition, last] of end) {
        const next = Math.max(committed.get(partition) ?? 0, start.get(partition) ?? 0)
        lag += Math.max(0, last - next)
      }
      return lag
    },
    close: async () => {
      if (connected !== undefined) await admin.disconnect()
    },
  }
}
