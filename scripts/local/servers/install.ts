/** Fetches all that the servers need, a download at a time; later starts find it there. */
import { javaBinary } from './java.ts'
import { kafkaJars } from './kafka-jars.ts'
import { valkeyBinary } from './valkey-binary.ts'

/** @throws UserError when something cannot be fetched */
export async function installServers({ kafka, valkey }: { kafka: boolean; valkey: boolean }): Promise<void> {
  if (valkey) await valkeyBinary()
  if (!kafka) return
  await javaBinary()
  await kafkaJars()
}
