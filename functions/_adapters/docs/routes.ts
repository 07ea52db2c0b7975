/**
 * `/docs`, which shows `/openapi.json`, and the documents themselves. Everything is imported and made at the first request
 * for it: a start pays nothing, and most instances are never asked.
 */

import type { Context, Hono } from 'hono'
import { JSON_TYPE } from '../../_core/media-types.ts'
import type { Json } from './schemas.ts'

/** Of the page, Swagger UI. Nothing may come from elsewhere: it works without a network. It styles some elements in place. */
const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

/** Makes a document, which never changes while the process lives. */
export type Documents = Readonly<Record<`/${string}.json`, () => Promise<Json>>>

/** @param documents by address; `/openapi.json` is the one that the page shows */
export function addDocs(app: Hono, documents: Documents): void {
  for (const [path, build] of Object.entries(documents)) app.get(path, document(build))
  const page = file('index.html', {
    'Content-Security-Policy': PAGE_POLICY,
    'X-Content-Type-Options': 'nosniff',
  })
  // What it links to is relative, so that it works behind a prefix: there it has one name.
  app.get('/docs', async (c) =>
    new URL(c.req.url).pathname.endsWith('/') ? c.redirect('../docs', 308) : page(c),
  )
  app.get('/docs/page.js', file('page.js'))
  app.get('/docs/swagger-ui.css', file('swagger-ui-dist/swagger-ui.css'))
  app.get('/docs/swagger-ui-bundle.js', file('swagger-ui-dist/swagger-ui-bundle.js'))
}

function document(build: () => Promise<Json>) {
  let text: Promise<string> | undefined
  return async (c: Context): Promise<Response> => {
    text ??= build().then((built) => JSON.stringify(built))
    return c.body(await text, 200, { 'Content-Type': JSON_TYPE })
  }
}

const file = (name: string, headers?: Readonly<Record<string, string>>) => async (c: Context) => {
  const [{ docsFiles }, { answerFile }] = await Promise.all([
    import('./files.embedded.ts'),
    import('../assets/answer.ts'),
  ])
  return answerFile(c, docsFiles, name, headers)
}
