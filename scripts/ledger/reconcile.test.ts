import { expect, it } from 'vitest'
import { checksOf, type Evidence } from './reconcile.ts'

const GOOD: Evidence = {
  sent: 100,
  acknowledged: 90,
  refused: 4,
  unknown: 6,
  repeated: 0,
  records: 12,
  in_kafka: 98,
  duplicates: 3,
  dead_lettered: 2,
  illegal: 0,
  illegalAlive: 0,
  judged_anew: 0,
  counted: 93,
  others: 0,
  lost: [],
  lostCount: 0,
  differences: [],
  differenceCount: 0,
}

it.each<[string, Partial<Evidence>, string[]]>([
  ['all is well', {}, []],
  ['an acknowledged event is not counted', { lost: ['/ingest/x#7'], lostCount: 1 }, ['every acknowledged']],
  ['a request is in no account', { sent: 101 }, ['sent =']],
  ['a record is not counted', { in_kafka: 99 }, ['in Kafka −']],
  ['an event is counted twice', { counted: 94 }, ['in Kafka −']],
  ['less is counted than acknowledged', { counted: 89, in_kafka: 94 }, ['acknowledged ≤']],
  ['more is counted than was sent', { counted: 97, in_kafka: 102 }, ['acknowledged ≤']],
  ['others sent events too', { counted: 97, in_kafka: 102, others: 1 }, []],
  ['clients repeated themselves', { counted: 88, in_kafka: 93, repeated: 2 }, []],
  ['moves are not allowed', { counted: 88, in_kafka: 95, dead_lettered: 4, illegal: 2 }, []],
  ['such a move is in no account', { illegal: 2, illegalAlive: 1 }, ['every move']],
  ['a sum is a cent off', { differences: ['a is 1, not 2'], differenceCount: 1 }, ['every aggregate']],
])('%s', (_, change, wrong) => {
  const failing = checksOf({ ...GOOD, ...change }).filter(({ holds }) => !holds)
  expect(failing.map(({ rule }) => wrong.find((start) => rule.startsWith(start)) ?? rule)).toEqual(wrong)
})
