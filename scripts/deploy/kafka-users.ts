/**
 * Whether Kafka knows the passwords of the secret kafka-passwords. A KafkaUser whose password changes stays Ready with the
 * same generation; but Strimzi copies the password it has given to Kafka into the user's own secret (`status.secret`).
 */
import { until } from '../lib/until.ts'
import type { Kubectl, KubeObject } from './kube.ts'
import type { Say } from './wait.ts'

const POLL_MS = 500
/** More than the 120 s after which Strimzi looks at every user, whatever it has missed. */
const DEADLINE_MS = 150_000

export async function waitForPasswords(
  kubectl: Kubectl,
  users: readonly KubeObject[],
  say: Say,
  deadlineMs = DEADLINE_MS,
): Promise<void> {
  const wanted = (await kubectl.find(['secret/kafka-passwords']))?.data
  let open = users.map(({ metadata }) => metadata.name)
  const none = async (): Promise<boolean> => {
    const old = await Promise.all(open.map((name) => hasOtherPassword(kubectl, name, wanted?.[name])))
    open = open.filter((_, at) => old[at])
    return open.length === 0
  }
  if (await until(none, deadlineMs, POLL_MS)) return
  const names = open.join(', ')
  say(`  warning: Strimzi has not yet changed the passwords of ${names}; until then Kafka refuses them`)
}

async function hasOtherPassword(
  kubectl: Kubectl,
  name: string,
  wanted: string | undefined,
): Promise<boolean> {
  const user = await kubectl.find([`kafkauser.kafka.strimzi.io/${name}`])
  const secret = user?.status?.secret
  // A user without a secret of its own says nothing about passwords: nothing to wait for.
  if (!secret) return false
  const given = await kubectl.find([`secret/${secret}`])
  return given !== undefined && given.data?.password !== wanted
}
