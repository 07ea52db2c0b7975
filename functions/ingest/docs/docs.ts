/**
 * `/openapi.json`, `/asyncapi.json` and `/docs`. Everything is imported and made at the first request for it: a start
 * pays nothing, and most instances are never asked.
 */
import { promisify } from 'node:util'
import { brotliDecompress } from 'node:zlib'
import type { Context, Hono } from 'hono'
import type { Registry } from '../../_core/registry.ts'
import type { Json } from './schemas.ts'

const decompress = promisify(brotliDecompress)
/** Files change with the deployed revision, under the same address. */
const CACHE = 'public, max-age=300'

export function addDocs(app: Hono, registry: Registry): void {
  app.get(
    '/openapi.json',
    once(async () => (await import('./openapi.ts')).openApiDocument(registry)),
  )
  app.get(
    '/asyncapi.json',
    once(async () => (await import('./asyncapi.ts')).asyncApiDocument(registry)),
  )
  app.get('/docs', async (c) => {
    const { PAGE, PAGE_POLICY } = await import('./page.ts')
    return c.html(PAGE, 200, { 'Content-Security-Policy': PAGE_POLICY, 'X-Content-Type-Options': 'nosniff' })
  })
  app.get('/docs/page.js', async (c) => {
    const { PAGE_SCRIPT } = await import('./page.ts')
    return c.body(PAGE_SCRIPT, 200, { 'Content-Type': 'text/javascript; charset=utf-8' })
  })
  app.get('/docs/:file', answerAsset)
}

/** A document that never changes while the process lives. */
function once(build: () => Promise<Json>) {
  let text: Promise<string> | undefined
  return async (c: Context): Promise<Response> => {
    text ??= build().then((document) => JSON.stringify(document))
    return c.body(await text, 200, { 'Content-Type': 'application/json' })
  }
}

async function answerAsset(c: Context): Promise<Response> {
  const { ASSETS, isAsset } = await import('./page.ts')
  const name = c.req.param('file') ?? ''
  if (!isAsset(name)) return c.notFound()
  const { readAsset } = await import('./assets.ts')
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
