/**
 * `/openapi.json`, `/asyncapi.json` and `/docs`. Everything is imported and made at the first request for it: a start
 * pays nothing, and most instances are never asked.
 */
import type { Context, Hono } from 'hono'
import type { Json } from '../../_adapters/docs/schemas.ts'
import type { Registry } from '../../_core/registry.ts'

/** Of the page, Swagger UI. Nothing may come from elsewhere: it works without a network. It styles some elements in place. */
const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

export function addDocs(app: Hono, registry: Registry): void {
  const openApi = async () => (await import('./openapi.ts')).openApiDocument(registry)
  const asyncApi = async () => (await import('./asyncapi.ts')).asyncApiDocument(registry)
  app.get('/openapi.json', document(openApi))
  app.get('/asyncapi.json', document(asyncApi))
  app.get(
    '/docs',
    file('index.html', { 'Content-Security-Policy': PAGE_POLICY, 'X-Content-Type-Options': 'nosniff' }),
  )
  app.get('/docs/page.js', file('page.js'))
  app.get('/docs/swagger-ui.css', file('swagger-ui-dist/swagger-ui.css'))
  app.get('/docs/swagger-ui-bundle.js', file('swagger-ui-dist/swagger-ui-bundle.js'))
}

/** A document that never changes while the process lives. */
function document(build: () => Promise<Json>) {
  let text: Promise<string> | undefined
  return async (c: Context): Promise<Response> => {
    text ??= build().then((built) => JSON.stringify(built))
    return c.body(await text, 200, { 'Content-Type': 'application/json' })
  }
}

const file = (name: string, headers?: Readonly<Record<string, string>>) => async (c: Context) => {
  const [{ docsFiles }, { answerFile }] = await Promise.all([
    import('./files.embedded.ts'),
    import('../../_adapters/assets/answer.ts'),
  ])
  return answerFile(c, docsFiles, name, headers)
}
