/**
 * Serves the pages. Their files are read at the first request for one: a start pays nothing. Script, style and pictures
 * have names that change with their content, so that browsers keep them for ever; the document is asked for each time.
 */
import type { Context, Hono } from 'hono'
import { PAGES } from './addresses.ts'

/** Everything comes from here: no script in the document, none from elsewhere, and no other site shows it in a frame. */
const DOCUMENT_HEADERS = {
  'Cache-Control': 'no-cache',
  'Content-Security-Policy':
    "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'",
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
}
const ASSET_HEADERS = {
  'Cache-Control': 'public, max-age=31536000, immutable',
  'X-Content-Type-Options': 'nosniff',
}

/** After all other routes: what nobody knows is answered with the page that says so, to a browser. */
export function addPages(app: Hono): void {
  for (const path of Object.values(PAGES)) app.get(path, (c) => file(c, 'index.html', DOCUMENT_HEADERS))
  app.get('/assets/:name', (c) => file(c, `assets/${c.req.param('name')}`, ASSET_HEADERS))
  app.use('*', async (c, next) => {
    await next()
    const wantsPage = c.req.method === 'GET' && /\btext\/html\b/.test(c.req.header('accept') ?? '')
    if (c.res.status !== 404 || !wantsPage || /^\/(api|assets)\//.test(c.req.path)) return
    const { body, headers } = await file(c, 'index.html', DOCUMENT_HEADERS)
    c.res = undefined
    c.res = new Response(body, { status: 404, headers })
  })
}

async function file(c: Context, name: string, headers: Readonly<Record<string, string>>): Promise<Response> {
  const [{ pageFiles }, { answerFile }] = await Promise.all([
    import('./pages.embedded.ts'),
    import('../../_adapters/assets/answer.ts'),
  ])
  return answerFile(c, pageFiles, name, headers)
}
