import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { votes } from '../../functions/_core/domains/votes.ts'
import { hashOf, readRows } from './read.ts'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'caudal-csv-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

const HEADER = 'Name,Album,Year,Rank\n'

async function read(content: string | Buffer) {
  const file = join(dir, 'votes.csv')
  await writeFile(file, content)
  return all(file)
}

async function all(file: string) {
  const rows = []
  for await (const row of readRows(file, votes).rows) rows.push(row)
  return rows
}

const album = (line: number, name: string) => ({ line, value: { name, album: 'A', year: 1990, rank: 1 } })

describe('good records', () => {
  it.each([
    ['plain', 'B,A,1990,1\n', 'B'],
    ['a comma', '"B, C",A,1990,1\n', 'B, C'],
    ['quotes', '"B ""C""",A,1990,1\n', 'B "C"'],
    ['a quote inside', 'B 7" C,A,1990,1\n', 'B 7" C'],
    ['accents', 'Café Tacvba ñandú,A,1990,1\n', 'Café Tacvba ñandú'],
    ['no line end', 'B,A,1990,1', 'B'],
    ['CR LF', 'B,A,1990,1\r\n', 'B'],
  ])('%s', async (_, record, name) => {
    expect(await read(HEADER + record)).toEqual([album(2, name)])
  })

  it('a byte order mark is none of the first name', async () => {
    expect(await read(`\u{feff}${HEADER}B,A,1990,1\n`)).toEqual([album(2, 'B')])
  })

  it('the line is the one a record begins on, after empty lines and line ends inside values', async () => {
    const sent = `${HEADER}\nB,A,1990,1\n"B",A,1990,"1\n"\r\n\r\n"C",A,1990,1\n`
    expect(await read(sent)).toEqual([album(3, 'B'), album(4, 'B'), album(7, 'C')])
  })
})

describe('bad records, beside good ones', () => {
  it.each([
    ['too few values', 'B,A\n', 'it has not as many values as the first line has columns'],
    ['too many values', 'B,A,1,1,1\n', 'it has not as many values as the first line has columns'],
    ['a bad field', 'B,A,1066,1\n', 'year must be an integer from 1900 to 2100'],
    ['several', ' ,A,x,1\n', expect.stringMatching(/^name must be .*; year must be an integer/)],
  ])('%s', async (_, record, reason) => {
    const rows = await read(`${HEADER}B,A,1990,1\n${record}C,A,1990,1\n`)
    expect(rows).toEqual([album(2, 'B'), { line: 3, reason, raw: record.trim() }, album(4, 'C')])
  })

  it('Latin-1 is not UTF-8', async () => {
    const rows = await read(Buffer.concat([Buffer.from(HEADER), Buffer.from('Caf\xe9,A,1990,1\n', 'latin1')]))
    expect(rows).toMatchObject([{ line: 2, reason: 'it is not UTF-8' }])
  })

  it('a quote that never closes is one bad record with all that follows', async () => {
    expect(await read(`${HEADER}B,A,1990,1\n"C,A,1990,1\nD,A,1990,1\n`)).toMatchObject([
      album(2, 'B'),
      { line: 3, reason: 'a quote is opened and never closed: all that follows is inside it' },
    ])
  })
})

describe('files that are none', () => {
  it.each([
    ['empty', '', 'has no line that names its columns'],
    ['a first line in Latin-1', Buffer.from(`Bewertung für,${HEADER}`, 'latin1'), 'is not UTF-8'],
    ['other columns', 'a,b\n1,2\n', 'none for name, album, year, rank; there are: a, b'],
    [
      'a quote over 64 KiB',
      `${HEADER}"B${'x'.repeat(70_000)}`,
      'line 2: a record is longer than 65536 bytes',
    ],
  ])('%s', async (_, content, problem) => {
    await expect(read(content)).rejects.toThrow(problem)
  })

  it('one that is not there', async () => {
    await expect(all(join(dir, 'none.csv'))).rejects.toThrow('cannot be read')
  })
})

it('the hash is of the content', async () => {
  const [one, two] = [join(dir, 'one.csv'), join(dir, 'two.csv')]
  await writeFile(one, HEADER)
  await writeFile(two, HEADER)
  expect(await hashOf(one)).toBe(await hashOf(two))
})
