/**
 * No text of one event holds everybody up: whatever a field gets that is as long as an event may be, it is judged about as
 * fast as one that is easy to judge. A rule that looks again for each character would take a thousand times as long.
 */
import { expect, it } from 'vitest'
import { accept } from './accept.ts'
import { domains } from './domains/index.ts'
import { SINGLE_BODY_BYTES } from './limits.ts'

const filled = (unit: string): string => unit.repeat(SINGLE_BODY_BYTES / Buffer.byteLength(unit))
/** Each with an end that makes what came before it wrong. */
const HARD = {
  spaces: `x${filled(' ')}x`,
  'spaces and lines': `x${filled(' \n')}x`,
  digits: `${filled('1')}x`,
  dots: `x@${filled('x.')}@`,
  signs: filled('@"\\'),
  accents: `x${filled('\u0301\u0316')}`,
}
const fields = domains.flatMap((domain) => domain.fields.map(({ name }) => ({ domain, name })))
const TRIES = 3
/** Of the hardest of all fields to all fields with an easy text: a tenth, or a hundred and more. */
const RATIO = 5

/** The least of a few: neighbours on the machine only make it more. */
function leastMs(run: () => void): number {
  return Math.min(
    ...Array.from({ length: TRIES }, () => {
      const start = performance.now()
      run()
      return performance.now() - start
    }),
  )
}

function judge(domain: (typeof domains)[number], name: string, text: string): void {
  try {
    accept(domain, { ...domain.examples[0]?.sent, [name]: text }, 'required')
  } catch {
    // That it is refused is not asked here.
  }
}

it.each(Object.entries(HARD))('a field that is all %s', (_, text) => {
  const times = fields.map(({ domain, name }) => leastMs(() => judge(domain, name, text)))
  const easy = leastMs(() => {
    for (const { domain, name } of fields) judge(domain, name, filled('x'))
  })
  expect(Math.max(...times)).toBeLessThan(RATIO * easy)
})
