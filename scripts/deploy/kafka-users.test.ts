import { expect, test } from 'vitest'
import { waitForPasswords } from './kafka-users.ts'
import type { Kubectl, KubeObject } from './kube.ts'

const user: KubeObject = {
  apiVersion: 'kafka.strimzi.io/v1',
  kind: 'KafkaUser',
  metadata: { name: 'publisher' },
}
/** A cluster with these secrets; what is asked for again is answered with the next of its versions. */
function cluster(status: object, versions: readonly (string | undefined)[]): Kubectl & { asked: number } {
  const secret = (data: object) => JSON.parse(JSON.stringify({ data }))
  return {
    asked: 0,
    run: async () => '',
    async find([name = '']) {
      if (name.startsWith('kafkauser')) return JSON.parse(JSON.stringify({ ...user, status }))
      if (name === 'secret/kafka-passwords') return secret({ publisher: 'new' })
      const password = versions[Math.min(this.asked++, versions.length - 1)]
      return name === 'secret/publisher' ? secret({ password }) : undefined
    },
  }
}

const cases: [string, object, string[], number, boolean][] = [
  ['a user that Strimzi has updated', { secret: 'publisher' }, ['new'], 1, false],
  ['one that it has yet to update', { secret: 'publisher' }, ['old', 'new'], 2, false],
  ['one that it never updates', { secret: 'publisher' }, ['old'], 1, true],
  ['one without a secret of its own', {}, ['old'], 0, false],
]
test.each(cases)('%s', async (_, status, versions, asked, warned) => {
  const kubectl = cluster(status, versions)
  const said: string[] = []
  await waitForPasswords(kubectl, [user], (line) => said.push(line), versions.length === 1 ? -1 : 5_000)
  expect(kubectl.asked).toBe(asked)
  expect(said).toEqual(warned ? [expect.stringContaining('publisher')] : [])
})
