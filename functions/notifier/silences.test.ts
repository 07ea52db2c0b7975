import { expect, it } from 'vitest'
import { silences } from './silences.ts'

const AWAY_MS = 100
type Step = 'silent a' | 'silent b' | 'heard a' | 'heard b' | `wait ${number}`

it.each<[string, Step[], readonly string[]]>([
  ['nothing happened', [], []],
  ['silent about one: that one alone', ['silent a'], ['a']],
  ['silent about one again and again', ['silent a', 'silent a', 'silent a'], ['a']],
  ['silent about two: it is away', ['silent a', 'silent b'], ['a', 'b', 'c']],
  ['heard between', ['silent a', 'heard b', 'silent b'], ['a', 'b']],
  ['heard afterwards: each by itself', ['silent a', 'silent b', 'heard a'], ['b']],
  ['a while later it is asked again', ['silent a', 'silent b', 'wait 100'], []],
  ['and one more silence is enough', ['silent a', 'silent b', 'wait 100', 'silent a'], ['a', 'b', 'c']],
  ['not before', ['silent a', 'silent b', 'wait 99'], ['a', 'b', 'c']],
])('%s', (_, steps, expected) => {
  let nowMs = 1_000
  const { isExpected, silent, heard } = silences(() => nowMs, AWAY_MS)
  for (const step of steps) {
    const [what, whom = ''] = step.split(' ')
    if (what === 'wait') nowMs += Number(whom)
    else if (what === 'silent') silent(whom)
    else heard(whom)
  }
  expect(['a', 'b', 'c'].filter(isExpected)).toEqual(expected)
})
