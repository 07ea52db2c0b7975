/**
 * Whether Kafka knows the passwords of the secret kafka-passwords. A KafkaUser whose password changes stays Ready with the
 * same generation; but Strimzi copies the password it has given to Kafka into the user's own secret (`status.secret`).
 */
import { setTimeout as pause } from 'node:timers/promises'
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
  const started = Date.now()
  let open = users
  while (open.length > 0) {
    const old = await Promise.all(open.map((user) => hasOldPassword(kubectl, user.metadata.name)))
    open = open.filter((_, at) => old[at])
    if (open.length === 0) return
    const names = open.map(({ metadata }) => metadata.name).join(', ')
    if (Date.now() - started > deadlineMs) {
      return say(
        `  warning: Strimzi has not yet changed the passwords of ${names}; until then Kafka refuses them`,
      )
    }
    await pause(POLL_MS)
  }
}

async function hasOldPassword(kubectl: Kubectl, name: string): Promise<boolean> {
  const user = await kubectl.find([`kafkauser.kafka.strimzi.io/${name}`])
  const secret = user?.status?.secret
  // A user without a secret of its own says nothing about passwords: nothing to wait for.
  if (!secret) return false
  const given = await kubectl.find([`secret/${secret}`])
  const wanted = await kubectl.find(['secret/kafka-passwords'])
  return given !== undefined && given.data?.password !== wanted?.data?.[name]
}
