import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildImage } from './build.ts'
import type { Builder } from './builder.ts'

let bundles: string
beforeAll(async () => {
  bundles = await mkdtemp(join(tmpdir(), 'caudal-build-test-'))
})
afterAll(() => rm(bundles, { recursive: true }))

/** Keeps names of images, and the times of what they were built from. */
function memoryBuilder() {
  const images = new Set<string>()
  const times: number[] = []
  const builder: Builder = {
    name: 'buildah',
    has: async (image) => images.has(image),
    latest: async () => 'id',
    build: async ({ image, context }) => {
      images.add(image)
      for (const entry of await readdir(context)) times.push((await stat(join(context, entry))).mtimeMs)
    },
    size: async () => 1,
    push: async () => 'digest',
    save: async () => {},
  }
  return { builder, times }
}

const request = { name: 'ingest', registry: 'r', base: 'node:24', version: '1', revision: 'abc' } as const
async function bundled(text: string): Promise<string> {
  await mkdir(join(bundles, 'ingest'), { recursive: true })
  await writeFile(join(bundles, 'ingest', 'main.cjs'), text)
  return bundles
}

const cases: [string, { text: string; baseId: string }, boolean][] = [
  ['the same', { text: 'one', baseId: 'base 1' }, false],
  ['another bundle', { text: 'two', baseId: 'base 1' }, true],
  ['another base of the same name', { text: 'one', baseId: 'base 2' }, true],
]
test.each(cases)('%s: built again: %s', async (_, { text, baseId }, fresh) => {
  const { builder } = memoryBuilder()
  await buildImage(builder, { ...request, bundles: await bundled('one'), baseId: 'base 1' })
  const second = await buildImage(builder, { ...request, bundles: await bundled(text), baseId })
  expect(second.fresh).toBe(fresh)
})

test('what goes into the image is as old as time', async () => {
  const { builder, times } = memoryBuilder()
  await buildImage(builder, { ...request, bundles: await bundled('one'), baseId: 'base 1' })
  expect(times).toEqual([0, 0, 0])
})
