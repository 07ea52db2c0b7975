/** An embedded file as an answer: compressed as it is stored, if the client takes that. */

import { extname } from 'node:path/posix'
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import type { Context } from 'hono'
import { Failure } from '../../_core/errors.ts'
import { JSON_TYPE } from '../../_core/media-types.ts'
import type { EmbeddedFiles } from './files.ts'

const decompress = promisify(brotliDecompress)
/** Files change with the deployed revision, under the same address. */
const CACHE = 'public, max-age=300'

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': JSON_TYPE,
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
}

/**
 * Answers with the file of that name.
 *
 * @param headers beside the common ones, or in place of them
 * @throws Failure `notFound` when there is none
 */
export async function answerFile(
  c: Context,
  files: EmbeddedFiles,
  name: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const file = Object.hasOwn(files, name) ? files[name] : undefined
  if (file === undefined) throw new Failure('notFound', `no route ${c.req.path}`)
  const { bytes, brotli } = file
  const asIs = brotli && /\bbr\b/.test(c.req.header('accept-encoding') ?? '')
  const body = brotli && !asIs ? await decompress(bytes) : bytes
  return c.body(new Uint8Array(body), 200, {
    'Content-Type': MEDIA_TYPES[extname(name)] ?? 'application/octet-stream',
    'Cache-Control': CACHE,
    Vary: 'Accept-Encoding',
    ...(asIs && { 'Content-Encoding': 'br' }),
    ...headers,
  })
}
