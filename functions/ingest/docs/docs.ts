/**
 * `/openapi.json`, `/asyncapi.json` and `/docs`. Everything is imported and made at the first request for it: a start
 * pays nothing, and most instances are never asked.
 */
import type { Context, Hono } from 'hono'
import type { AssetName } from '../../_adapters/assets/names.ts'
import type { Registry } from '../../_core/registry.ts'
import type { Json } from './schemas.ts'

export function addDocs(app: Hono, registry: Registry): void {
  const openApi = async () => (await import('./openapi.ts')).openApiDocument(registry)
  const asyncApi = async () => (await import('./asyncapi.ts')).asyncApiDocument(registry)
  app.get('/openapi.json', document(openApi))
  app.get('/asyncapi.json', document(asyncApi))
  app.get('/docs', async (c) => {
    const { PAGE, PAGE_POLICY } = await import('./page.ts')
    return c.html(PAGE, 200, { 'Content-Security-Policy': PAGE_POLICY, 'X-Content-Type-Options': 'nosniff' })
  })
  app.get('/docs/page.js', async (c) => {
    const { PAGE_SCRIPT } = await import('./page.ts')
    return c.body(PAGE_SCRIPT, 200, { 'Content-Type': 'text/javascript; charset=utf-8' })
  })
  app.get('/docs/swagger-ui.css', asset('swagger-ui-dist/swagger-ui.css'))
  app.get('/docs/swagger-ui-bundle.js', asset('swagger-ui-dist/swagger-ui-bundle.js'))
}

/** A document that never changes while the process lives. */
function document(build: () => Promise<Json>) {
  let text: Promise<string> | undefined
  return async (c: Context): Promise<Response> => {
    text ??= build().then((built) => JSON.stringify(built))
    return c.body(await text, 200, { 'Content-Type': 'application/json' })
  }
}

const asset = (name: AssetName) => async (c: Context) =>
  (await import('../../_adapters/assets/answer.ts')).answerAsset(c, name)
