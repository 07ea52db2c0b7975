import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Failure } from '../_core/errors.ts'
import { SINGLE_BODY_BYTES } from '../_core/limits.ts'
import { arrayItems, type Item, ndjsonItems } from './items.ts'

type Reader = (chunks: AsyncIterable<Buffer>) => AsyncIterable<readonly Item[]>

/** @param chunkBytes how the body is cut on its way */
async function read(reader: Reader, body: Buffer, chunkBytes = body.length || 1): Promise<unknown[]> {
  async function* chunks() {
    for (let start = 0; start < body.length; start += chunkBytes)
      yield body.subarray(start, start + chunkBytes)
  }
  const items: unknown[] = []
  for await (const group of reader(chunks())) {
    for (const item of group) items.push(item instanceof Failure ? item.code : item.sent)
  }
  return items
}

const long = (bytes: number): string => `"${'x'.repeat(bytes - 2)}"`

describe('an array', () => {
  const cases: [string, string, unknown[]][] = [
    ['nothing', '[]', []],
    ['space around', ' [ 1 ,\n2 ] \r\n', [1, 2]],
    [
      'brackets, commas and quotes in strings',
      '["a]","b,c","d\\"]","e\\\\",{"f":"}"}]',
      ['a]', 'b,c', 'd"]', 'e\\', { f: '}' }],
    ],
    ['nested values', '[[1,[2]],{"a":[{}]}]', [[1, [2]], { a: [{}] }]],
    ['a bad item between good ones', '[1,x,2]', [1, 'malformed', 2]],
    ['brackets that do not match inside an item', '[1,{],2]', [1, 'malformed', 2]],
    ['an item that is missing', '[1,,2]', [1, 'malformed', 2]],
    ['a comma at the end', '[1,]', [1, 'malformed']],
    ['two items without a comma', '[1 2,3]', ['malformed', 3]],
    ['an item of just 64 KiB', `[${long(SINGLE_BODY_BYTES)},1]`, [long(SINGLE_BODY_BYTES).slice(1, -1), 1]],
    ['an item over 64 KiB', `[1,${long(SINGLE_BODY_BYTES + 1)},2]`, [1, 'tooLarge', 2]],
    ['600,000 levels', `[1,${'['.repeat(600_000)}${']'.repeat(600_000)},2]`, [1, 'tooLarge', 2]],
    ['600,000 levels that never end', '['.repeat(600_000), ['malformed']],
    ['no end', '[1,2', [1, 'malformed']],
    ['another end', '[1,2}', [1, 'malformed']],
    ['an end within a string', '[1,"2]', [1, 'malformed']],
    ['something after it', '[1] 2, 3', [1, 'malformed']],
  ]
  it.each(cases)('%s', async (_, body, expected) => {
    for (const chunkBytes of [undefined, 3]) {
      expect(await read(arrayItems, Buffer.from(body), chunkBytes)).toEqual(expected)
    }
  })

  it('with an item that is no UTF-8, or ends in half a character', async () => {
    const bad = Buffer.from('[1,"\xff",2,"\xc3"]', 'latin1')
    expect(await read(arrayItems, bad)).toEqual([1, 'malformed', 2, 'malformed'])
  })

  it('is what JSON.parse says, however it is cut on its way', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.jsonValue()),
        fc.integer({ min: 1, max: 9 }),
        async (values, chunkBytes) => {
          const body = JSON.stringify(values)
          expect(await read(arrayItems, Buffer.from(body), chunkBytes)).toEqual(JSON.parse(body))
        },
      ),
    )
  })
})

describe('NDJSON', () => {
  const cases: [string, string, unknown[]][] = [
    ['nothing', '', []],
    ['blank lines', '\n \r\n\t\n', []],
    ['lines with either end, the last without', '1\r\n2\n3', [1, 2, 3]],
    ['a bad line between good ones', '1\n{"x\n2', [1, 'malformed', 2]],
    ['a line over 64 KiB', `1\n${long(SINGLE_BODY_BYTES + 1)}\n2`, [1, 'tooLarge', 2]],
  ]
  it.each(cases)('%s', async (_, body, expected) => {
    for (const chunkBytes of [undefined, 3]) {
      expect(await read(ndjsonItems, Buffer.from(body), chunkBytes)).toEqual(expected)
    }
  })
})
