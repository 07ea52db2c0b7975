/** A file of a web package as an answer: compressed as it is stored, if the client takes that. */
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import type { Context } from 'hono'
import { ASSETS, type AssetName } from './names.ts'
import { readAsset } from './read.ts'

const decompress = promisify(brotliDecompress)
/** Files change with the deployed revision, under the same address. */
const CACHE = 'public, max-age=300'

export async function answerAsset(c: Context, name: AssetName): Promise<Response> {
  const { bytes, brotli } = await readAsset(name)
  const asIs = brotli && /\bbr\b/.test(c.req.header('accept-encoding') ?? '')
  const body = brotli && !asIs ? await decompress(bytes) : bytes
  return c.body(new Uint8Array(body), 200, {
    'Content-Type': ASSETS[name],
    'Cache-Control': CACHE,
    Vary: 'Accept-Encoding',
    ...(asIs && { 'Content-Encoding': 'br' }),
  })
}
