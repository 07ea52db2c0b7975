import { Hono } from 'hono'
import { beforeAll, describe, expect, it } from 'vitest'
import { buildWeb } from '../../../scripts/build/web.ts'
import { createApp } from '../../_adapters/http/app.ts'
import { memoryPorts } from '../../_testing/ports.ts'
import { PAGES } from './addresses.ts'
import { addPages } from './pages.ts'

const HTML = { accept: 'text/html,application/xhtml+xml' }
let app = new Hono()

beforeAll(async () => {
  await buildWeb()
  app = createApp(memoryPorts())
  app.get('/api/thing', (c) => c.json({}))
  addPages(app)
})

describe('the pages', () => {
  it.each(Object.values(PAGES))(
    '%s is the document, with no script in it and none from elsewhere',
    async (path) => {
      const response = await app.request(path.replace(':domain', 'anything'), { headers: HTML })
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('no-cache')
      expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
      const text = await response.text()
      expect(text).not.toMatch(/<script(?![^>]*\bsrc=)/)
      expect(text).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
    },
  )

  it('names files that are there, and may be kept for ever', async () => {
    const text = await (await app.request('/')).text()
    const names = Array.from(text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g), ([, name]) => name ?? '')
    expect(names.length).toBeGreaterThan(2)
    for (const name of names) {
      expect(name).toMatch(/-[\w-]{8}\.(js|css|svg)$/)
      const response = await app.request(name)
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toContain('immutable')
    }
  })

  const unknown: [string, Record<string, string>, number, string][] = [
    ['/nothing', HTML, 404, 'text/html; charset=utf-8'],
    ['/nothing', {}, 404, 'application/problem+json'],
    ['/api/nothing', HTML, 404, 'application/problem+json'],
    ['/assets/nothing.js', HTML, 404, 'application/problem+json'],
    ['/api/thing', HTML, 200, 'application/json'],
    ['/health', HTML, 200, 'application/json'],
  ]
  it.each(unknown)('%s, asked with %o, is %i as %s', async (path, headers, status, type) => {
    const response = await app.request(path, { headers })
    expect([response.status, response.headers.get('content-type')]).toEqual([status, type])
  })
})
