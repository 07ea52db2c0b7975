import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Kubectl } from './kube.ts'
import { ensureSecrets } from './secrets.ts'

type Stored = Map<string, Record<string, string>>

interface Secret {
  readonly metadata: { readonly name: string }
  readonly stringData: Record<string, string>
}

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const plain = (stored: Stored, name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(stored.get(`secret/${name}`) ?? {}).map(([key, text]) => [
      key,
      Buffer.from(text, 'base64').toString(),
    ]),
  )

/** Keeps what is applied, as the API server would. */
function memoryKubectl(stored: Stored): Kubectl {
  return {
    run: async (_args, input = '') => {
      const { items }: { items: Secret[] } = JSON.parse(input)
      for (const { metadata, stringData } of items) {
        const data = Object.entries(stringData).map(([key, text]) => [key, base64(text)])
        stored.set(`secret/${metadata.name}`, Object.fromEntries(data))
      }
      return ''
    },
    find: async ([name = '']) =>
      stored.has(name) ? JSON.parse(JSON.stringify({ data: stored.get(name) })) : undefined,
  }
}

test('made once, kept, and different after a rotation', async () => {
  const stored: Stored = new Map()
  const kubectl = memoryKubectl(stored)
  const first = await ensureSecrets(kubectl, 'prod', false)
  expect(first.created).toContain('kafka-publisher')
  expect(await ensureSecrets(kubectl, 'prod', false)).toEqual({ created: [], hash: first.hash })
  const rotated = await ensureSecrets(kubectl, 'prod', true)
  expect(rotated.created).toEqual(first.created)
  expect(rotated.hash).not.toBe(first.hash)
})

test('a rotation keeps how Kafka is spoken to, and nothing else', async () => {
  const stored: Stored = new Map()
  const kubectl = memoryKubectl(stored)
  await ensureSecrets(kubectl, 'prod', false)
  const before = plain(stored, 'kafka-dead-letter')
  expect(before.protocol).toBe('SASL_PLAINTEXT')
  const tls = { ...before, protocol: 'SASL_SSL', 'ca.crt': 'certificate' }
  stored.set(
    'secret/kafka-dead-letter',
    Object.fromEntries(Object.entries(tls).map(([key, text]) => [key, base64(text)])),
  )
  await ensureSecrets(kubectl, 'prod', true)
  const { password, ...after } = plain(stored, 'kafka-dead-letter')
  expect({ ...after, password: before.password }).toEqual(tls)
  expect(password).not.toBe(before.password)
})

test('a missing one brings a new set of its group, so that all of it fits together', async () => {
  const stored: Stored = new Map()
  const kubectl = memoryKubectl(stored)
  await ensureSecrets(kubectl, 'prod', false)
  stored.delete('secret/valkey-aggregator')
  const { created } = await ensureSecrets(kubectl, 'prod', false)
  expect(created).toEqual(['valkey-users', 'valkey-aggregator', 'valkey-notifier', 'valkey-console'])
})

test("Valkey's ACL file holds hashes, and strangers may only PING", async () => {
  const stored: Stored = new Map()
  await ensureSecrets(memoryKubectl(stored), 'dev', false)
  const { 'users.acl': acl = '', aggregator = '' } = plain(stored, 'valkey-users')
  expect(acl).not.toContain(aggregator)
  expect(acl).toContain(`user aggregator on #${createHash('sha256').update(aggregator).digest('hex')} `)
  expect(acl.split('\n')[0]).toBe('user default on nopass resetkeys resetchannels -@all +ping')
  expect(plain(stored, 'valkey-aggregator').url).toBe(`redis://aggregator:${aggregator}@valkey:6379`)
})

test('the mail server that somebody has set stays through a rotation, what signs links does not', async () => {
  const stored: Stored = new Map()
  const kubectl = memoryKubectl(stored)
  await ensureSecrets(kubectl, 'dev', false)
  const before = plain(stored, 'notifier-mail')
  stored.set('secret/notifier-mail', {
    ...stored.get('secret/notifier-mail'),
    url: base64('smtps://user:word@mail.example.com:465'),
  })
  await ensureSecrets(kubectl, 'dev', true)
  const after = plain(stored, 'notifier-mail')
  expect(after.url).toBe('smtps://user:word@mail.example.com:465')
  expect(after['opt-out']).not.toBe(before['opt-out'])
})
