import { expect, test } from 'vitest'
import { type Epoch, epochOf, fieldsOf, generationsOf, topicProblem } from './epoch.ts'
import { dedupeKeyOf } from './keys.ts'

const EPOCH: Epoch = {
  name: 'c',
  after: ['b', 'a'],
  stopped: undefined,
  topicIds: new Map([
    ['once', ['i1']],
    ['again', ['i3', 'i2']],
  ]),
}

test('an epoch is its fields', () => {
  expect(epochOf(fieldsOf(EPOCH))).toEqual(EPOCH)
  expect(epochOf(fieldsOf({ ...EPOCH, stopped: 'why' }))).toMatchObject({ stopped: 'why' })
  expect(epochOf({ stopped: 'why' })).toBeUndefined()
})

test('an id that a topic never had says that it was made again', () => {
  expect(topicProblem(EPOCH, 'once', 'i1')).toBeUndefined()
  expect(topicProblem(EPOCH, 'again', 'i2')).toBeUndefined()
  expect(topicProblem(EPOCH, 'other', 'i9')).toBeUndefined()
  expect(topicProblem(EPOCH, 'once', 'i9')).toContain('once was made again')
})

test('the same place is another record in a topic that was made again, under whatever name a source delivers it', () => {
  const keyOf = (topic: string, name = 'ventas') =>
    dedupeKeyOf(
      `/apis/v1/namespaces/ns/kafkasources/${name}#${topic}`,
      'partition:1/offset:2',
      '',
      generationsOf(EPOCH),
    )
  expect(keyOf('once')).toEqual({ key: 'caudal:seen:/kafka/once:1:0', bit: 2 })
  expect(keyOf('again')).toEqual({ key: 'caudal:seen:/kafka/again~1:1:0', bit: 2 })
  expect(keyOf('again', 'renamed')).toEqual(keyOf('again'))
  expect(dedupeKeyOf('/a', '1', '', generationsOf(EPOCH))).toEqual(dedupeKeyOf('/a', '1'))
})
