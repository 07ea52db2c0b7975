/** What `npm run images` made, for `npm run deploy`: one file, not committed. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { FunctionName } from '../../../functions/_core/topology.ts'
import { REPO_DIR } from '../../lib/paths.ts'

/** Not in dist/, which every build makes anew. */
const FILE = join(REPO_DIR, '.caudal', 'deploy', 'images.json')

export interface ImageRecord {
  /** Without tag or digest. */
  readonly repository: string
  /** Of the content it was built from: the same tag is always the same image. */
  readonly tag: string
  /** Known when it was pushed; a deploy then uses it. */
  readonly digest?: string
}
export type ImageRecords = Readonly<Record<FunctionName, ImageRecord>>

export const reference = ({ repository, tag, digest }: ImageRecord): string =>
  digest ? `${repository}@${digest}` : `${repository}:${tag}`

export async function writeRecords(records: ImageRecords): Promise<void> {
  await mkdir(dirname(FILE), { recursive: true })
  await writeFile(FILE, `${JSON.stringify(records, null, 2)}\n`)
}

/** @throws Error when nothing was built yet */
export async function readRecords(): Promise<ImageRecords> {
  try {
    return JSON.parse(await readFile(FILE, 'utf8'))
  } catch {
    throw new Error('no images are known: run "npm run images -- --registry REGISTRY [--push]" first')
  }
}
