import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dedupeKeyOf, identityText, isRecordOf } from './keys.ts'

const INGEST = '/ingest/0123456789ab'
const KAFKA = '/apis/v1/namespaces/shop/kafkasources/sales.v1#ventas-blackfriday'
const RENAMED = '/apis/v1/namespaces/other/kafkasources/new#ventas-blackfriday'

test.each([
  [INGEST, '0', `caudal:seen:${INGEST}:0`, 0],
  [INGEST, '65535', `caudal:seen:${INGEST}:0`, 65_535],
  [INGEST, '65536', `caudal:seen:${INGEST}:1`, 0],
  [INGEST, '9007199254740991', `caudal:seen:${INGEST}:137438953471`, 65_535],
  [INGEST, '9007199254740992', `caudal:seen:["${INGEST}","9007199254740992"]`, undefined],
  [INGEST, '01', `caudal:seen:["${INGEST}","01"]`, undefined],
  [INGEST, '-0', `caudal:seen:["${INGEST}","-0"]`, undefined],
  [INGEST, '1e3', `caudal:seen:["${INGEST}","1e3"]`, undefined],
  ['/ingest/short', '1', 'caudal:seen:["/ingest/short","1"]', undefined],
  [KAFKA, 'partition:5/offset:65537', 'caudal:seen:/kafka/ventas-blackfriday:5:1', 1],
  [RENAMED, 'partition:5/offset:65537', 'caudal:seen:/kafka/ventas-blackfriday:5:1', 1],
  [KAFKA, 'partition:05/offset:1', `caudal:seen:["${KAFKA}","partition:05/offset:1"]`, undefined],
  [KAFKA, 'partition:5/offset:-1', `caudal:seen:["${KAFKA}","partition:5/offset:-1"]`, undefined],
  [KAFKA, '7', `caudal:seen:["${KAFKA}","7"]`, undefined],
  ['a"b', '\ud800', 'caudal:seen:["a\\"b","\\ud800"]', undefined],
])('%s %s is marked at %s, bit %s', (source, id, key, bit) => {
  expect(dedupeKeyOf(source, id)).toEqual(bit === undefined ? { key } : { key, bit })
  expect(dedupeKeyOf(source, id, 'test:').key).toBe(`test:${key}`)
})

test.each([
  [INGEST, '17', `${INGEST}#17`],
  [KAFKA, 'partition:0/offset:1', `${KAFKA}#partition:0/offset:1`],
  ['a%', 'b#%', 'a%25#b%23%25'],
  ['\ud800', '😀', '%D800#😀'],
])('%s and %s are written %s', (source, id, text) => {
  expect(identityText(source, id)).toBe(text)
})

test.each<[string, string, string, boolean | undefined]>([
  [RENAMED, 'partition:5/offset:7', `${KAFKA}#partition:5/offset:7`, true],
  [KAFKA, 'partition:5/offset:7', `${KAFKA}#partition:5/offset:7`, true],
  [KAFKA, 'partition:5/offset:7', `${KAFKA}#partition:5/offset:70`, false],
  [KAFKA, 'partition:5/offset:7', `${KAFKA}#partition:6/offset:7`, false],
  [KAFKA, 'partition:5/offset:7', `${KAFKA}-2#partition:5/offset:7`, false],
  [KAFKA, 'partition:5/offset:7', '/shop#ventas-blackfriday#partition:5/offset:7', false],
  [KAFKA, 'partition:5/offset:7', '', false],
  [INGEST, '7', `${INGEST}#7`, undefined],
  ['/kafkasources/x#ventas-blackfriday', 'partition:5/offset:7', `${KAFKA}#partition:5/offset:7`, undefined],
  [KAFKA, '7', `${KAFKA}#7`, undefined],
])('a record that %s delivers as %s is that of %s: %s', (source, id, identity, expected) => {
  expect(isRecordOf(source, id)?.(identity)).toBe(expected)
})

test('different identities stay different, whatever characters they have', () => {
  const part = fc.array(
    fc.constantFrom('#', '%', '%23', '%25', '%D800', '\ud800', '\udc00', '😀', 'a', '"', ':'),
  )
  const identity = fc.tuple(part, part).map(([source, id]) => [source.join(''), id.join('')] as const)
  fc.assert(
    fc.property(identity, identity, ([source, id], [otherSource, otherId]) => {
      fc.pre(source !== otherSource || id !== otherId)
      const written = (text: string) => Buffer.from(text).toString()
      expect(written(identityText(source, id))).not.toBe(written(identityText(otherSource, otherId)))
      expect(written(dedupeKeyOf(source, id).key)).not.toBe(written(dedupeKeyOf(otherSource, otherId).key))
    }),
    { numRuns: 1_000 },
  )
})
