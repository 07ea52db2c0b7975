/**
 * The secrets, created once: random passwords for the users of Valkey and, in prod, of Kafka. Rotation writes new ones;
 * a hash of them in the pod templates restarts what reads them.
 *
 *   valkey-users       aggregator, notifier, console, reader, admin: passwords; users.acl: Valkey's ACL file
 *   valkey-aggregator  url: redis://aggregator:...@valkey:6379
 *   valkey-console     url: redis://console:...@valkey:6379
 *   valkey-notifier    url: redis://notifier:...@valkey:6379
 *   notifier-mail      url: smtp://user:password@host:port, the mail server, which somebody has to set and which stays
 *                      through a rotation; opt-out: what signs the links in mails
 *   kafka-passwords    publisher, aggregator, notifier, dead-letter, console, operator: read by Strimzi's KafkaUsers
 *   kafka-<user>       protocol, sasl.mechanism, user, password: as Knative's KafkaSource and KafkaSink want them;
 *                      protocol, and ca.crt if somebody adds it, stay through a rotation
 */
import { createHash, randomBytes } from 'node:crypto'
import { address, type Kubectl, type KubeObject } from './kube.ts'
import { aclFile } from './valkey-acl.ts'

const PASSWORD_BYTES = 24
const HASH_DIGITS = 16
/** How Kafka is spoken to, which a rotation does not change: docs/operations.md says how to set them for TLS. */
const KEPT_KEYS: Readonly<Record<string, readonly string[]>> = {
  kafka: ['protocol', 'ca.crt'],
  notifier: ['url'],
}
const KAFKA_USERS = ['publisher', 'aggregator', 'notifier', 'dead-letter', 'console', 'operator'] as const

type Contents = Readonly<Record<string, string>>
type Secrets = Readonly<Record<string, Contents>>

const password = (): string => randomBytes(PASSWORD_BYTES).toString('base64url')
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

function valkeySecrets(): Secrets {
  const users = {
    aggregator: password(),
    notifier: password(),
    console: password(),
    reader: password(),
    admin: password(),
  }
  return {
    'valkey-users': { ...users, 'users.acl': aclFile(users) },
    'valkey-aggregator': { url: `redis://aggregator:${users.aggregator}@valkey:6379` },
    'valkey-notifier': { url: `redis://notifier:${users.notifier}@valkey:6379` },
    'valkey-console': { url: `redis://console:${users.console}@valkey:6379` },
  }
}

/** No mail server is called so: until somebody sets one, mails are put off. */
const NO_MAIL_SERVER = 'smtp://mail:25'

const mailSecrets = (): Secrets => ({ 'notifier-mail': { url: NO_MAIL_SERVER, 'opt-out': password() } })

function kafkaSecrets(): Secrets {
  const users = KAFKA_USERS.map((user) => ({ user, password: password() }))
  const credentials = users.map(({ user, password }): [string, Contents] => [
    `kafka-${user}`,
    { protocol: 'SASL_PLAINTEXT', 'sasl.mechanism': 'SCRAM-SHA-512', user, password },
  ])
  return {
    'kafka-passwords': Object.fromEntries(users.map(({ user, password }) => [user, password])),
    ...Object.fromEntries(credentials),
  }
}

type SecretManifest = KubeObject & { readonly stringData: Contents }

const manifest = (name: string, contents: Contents): SecretManifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  stringData: contents,
})

/** The names of the secrets that an overlay's manifests refer to, by group: a group is made or rotated as one. */
const GROUPS = { valkey: valkeySecrets, mail: mailSecrets, kafka: kafkaSecrets } as const
type Group = keyof typeof GROUPS
const groupsOf = (overlay: string): readonly Group[] =>
  overlay === 'dev' ? ['valkey', 'mail'] : ['valkey', 'mail', 'kafka']

/** The secrets of an overlay, with new passwords. */
export const newSecrets = (overlay: string): ReadonlyMap<string, Contents> =>
  new Map(groupsOf(overlay).flatMap((group) => Object.entries(GROUPS[group]())))

export interface EnsuredSecrets {
  readonly created: readonly string[]
  readonly hash: string
}

/** Makes the groups of which any secret is missing, or all when `rotate`. */
export async function ensureSecrets(
  kubectl: Kubectl,
  overlay: string,
  rotate: boolean,
): Promise<EnsuredSecrets> {
  const created: string[] = []
  for (const group of groupsOf(overlay)) {
    const secrets = Object.entries(GROUPS[group]()).map(([name, contents]) => manifest(name, contents))
    const existing = await Promise.all(secrets.map((secret) => kubectl.find([address(secret)])))
    if (!rotate && existing.every(Boolean)) continue
    const items = secrets.map((secret, at) => withKept(secret, existing[at]))
    const list = { apiVersion: 'v1', kind: 'List', items }
    // Not client-side apply: that would keep the passwords in an annotation as well.
    await kubectl.run(
      ['apply', '--server-side', '--force-conflicts', '--filename', '-'],
      JSON.stringify(list),
    )
    created.push(...secrets.map(({ metadata }) => metadata.name))
  }
  return { created, hash: await hashOf(kubectl, overlay) }
}

function withKept(secret: SecretManifest, { data = {} }: Partial<KubeObject> = {}): SecretManifest {
  const kept = (KEPT_KEYS[secret.metadata.name.split('-')[0] ?? ''] ?? []).flatMap((key) =>
    data[key] ? [[key, Buffer.from(data[key], 'base64').toString()]] : [],
  )
  return { ...secret, stringData: { ...secret.stringData, ...Object.fromEntries(kept) } }
}

async function hashOf(kubectl: Kubectl, overlay: string): Promise<string> {
  const names = [...newSecrets(overlay).keys()].sort()
  const found = await Promise.all(names.map((name) => kubectl.find([`secret/${name}`])))
  return sha256(JSON.stringify(found.map((secret) => secret?.data))).slice(0, HASH_DIGITS)
}
