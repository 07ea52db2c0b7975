import { describe, expect, it } from 'vitest'
import { type Language, languageOf, tagOf } from './languages.ts'

describe('the language', () => {
  const cases: [string[], Language, string][] = [
    [['es-EC', 'en'], 'es', 'es-EC'],
    [['fr', 'es'], 'es', 'es'],
    [['fr'], 'en', 'en'],
    [[], 'en', 'en'],
    [['en-US@posix'], 'en', 'en-US'],
    [['en_GB.UTF-8'], 'en', 'en-GB'],
    [['es-!'], 'es', 'es'],
  ]
  it.each(cases)('of %o is %s, as %s', (wanted, language, tag) => {
    expect(languageOf(wanted)).toBe(language)
    expect(tagOf(language, wanted)).toBe(tag)
    expect(new Intl.NumberFormat(tagOf(language, wanted)).format(1)).toBe('1')
  })
})
