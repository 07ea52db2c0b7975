import { describe, expect, it } from 'vitest'
import { domains } from '../../../functions/_core/domains/index.ts'
import { code, production, texts, typescript, withoutComments } from './sources.ts'
import { BANNED, literalsWith, namesOf } from './words.ts'

/** Budgets in lines; those of functions are the linter's. */
const FILE_LINES = 300
const MEDIAN_LINES = 90
const HANDLER_LINES = 120
const MAIN_LINES = 40

const over = (files: typeof code, limit: number): string[] =>
  files.filter(({ lines }) => lines > limit).map(({ path, lines }) => `${path}: ${lines} lines`)

describe('budgets', () => {
  it(`no file has more than ${FILE_LINES} lines`, () => {
    expect(code.length).toBeGreaterThan(100)
    expect(over(code, FILE_LINES)).toEqual([])
  })

  it(`half of the files have at most ${MEDIAN_LINES} lines`, () => {
    const sizes = code.map(({ lines }) => lines).sort((one, other) => one - other)
    expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(MEDIAN_LINES)
  })

  it(`a handler has at most ${HANDLER_LINES} lines, a main.ts of a function at most ${MAIN_LINES}`, () => {
    const named = (name: string) =>
      code.filter(({ path }) => new RegExp(`^functions/[^/]+/${name}$`).test(path))
    expect(over(named('handler.ts'), HANDLER_LINES)).toEqual([])
    expect(over(named('main.ts'), MAIN_LINES)).toEqual([])
  })
})

describe('structure', () => {
  it('settings are read in env.ts alone; scripts may hand the environment on', () => {
    const readers = production.filter(({ path, text }) => {
      const reading = path.startsWith('functions/')
        ? /process\.env\b/
        : /process\.env(\.|\?\.|\[)|\} = process\.env/
      return !/\/env\.ts$/.test(path) && reading.test(withoutComments(text))
    })
    expect(readers.map(({ path }) => path)).toEqual([])
  })

  it('only the registry, its own files and its dashboards name a domain', () => {
    const others = production.filter(({ path }) => !/^(functions\/_core\/domains|grafana)\//.test(path))
    const words = domains.flatMap(namesOf)
    const named = others.flatMap((source) =>
      literalsWith(source, words).map((literal) => `${source.path}: ${literal.slice(0, 80)}`),
    )
    expect(named).toEqual([])
  })
})

describe('words', () => {
  it.each(BANNED)('%s is nowhere: %s', (pattern) => {
    const said = texts.filter(
      ({ path, text }) => path !== 'scripts/tests/tidy/words.ts' && pattern.test(text),
    )
    expect(said.map(({ path }) => path)).toEqual([])
  })

  it('every file of code says what it is for', () => {
    const silent = typescript.filter(
      ({ path, text, lines }) => lines > MAIN_LINES && !/\.test\.ts$/.test(path) && !text.startsWith('/**'),
    )
    expect(silent.map(({ path }) => path)).toEqual([])
  })
})
