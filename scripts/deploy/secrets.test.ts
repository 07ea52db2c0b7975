import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Kubectl } from './kube.ts'
import { ensureSecrets } from './secrets.ts'

type Stored = Map<string, Record<string, string>>

interface Secret {
  readonly metadata: { readonly name: string }
  readonly stringData: Record<string, string>
}

/** Keeps what is applied, as the API server would. */
function memoryKubectl(stored: Stored): Kubectl {
  return {
    run: async (_args, input = '') => {
      const { items }: { items: Secret[] } = JSON.parse(input)
      for (const { metadata, stringData } of items) stored.set(`secret/${metadata.name}`, stringData)
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

test('a missing one brings a new set of its group, so that all of it fits together', async () => {
  const stored: Stored = new Map()
  const kubectl = memoryKubectl(stored)
  await ensureSecrets(kubectl, 'prod', false)
  stored.delete('secret/valkey-aggregator')
  const { created } = await ensureSecrets(kubectl, 'prod', false)
  expect(created).toEqual(['valkey-users', 'valkey-aggregator'])
})

test("Valkey's ACL file holds hashes, and strangers may only PING", async () => {
  const stored: Stored = new Map()
  await ensureSecrets(memoryKubectl(stored), 'dev', false)
  const { 'users.acl': acl = '', aggregator = '' } = stored.get('secret/valkey-users') ?? {}
  expect(acl).not.toContain(aggregator)
  expect(acl).toContain(`user aggregator on #${createHash('sha256').update(aggregator).digest('hex')} `)
  expect(acl.split('\n')[0]).toBe('user default on nopass resetkeys resetchannels -@all +ping')
  expect(stored.get('secret/valkey-aggregator')?.url).toBe(`redis://aggregator:${aggregator}@valkey:6379`)
})
