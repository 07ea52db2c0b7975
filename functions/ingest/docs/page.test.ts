import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { serveHttp } from '../../_adapters/http/server.ts'
import { domains } from '../../_core/domains/index.ts'
import { launchBrowser } from '../../_testing/browser.ts'
import { memoryPorts, memorySink } from '../../_testing/ports.ts'
import { ingestHandler } from '../handler.ts'

const sink = memorySink()
const app = ingestHandler({ ...memoryPorts(), submit: sink.submit })
let server: Awaited<ReturnType<typeof serveHttp>>
let browser: Browser
/** What the browser asked for elsewhere, and what it complained of. */
const strange: string[] = []
/** Why there is no browser. */
let none = ''

beforeAll(async () => {
  server = await serveHttp(app, { host: '127.0.0.1', port: 0 })
  const launched = await launchBrowser()
  if (typeof launched !== 'string') {
    browser = launched
  } else {
    none = launched
    console.warn(none)
  }
})
beforeEach(({ skip }) => skip(none !== '', none))
afterAll(async () => {
  await browser?.close()
  await server?.close()
})

async function open(options: object = {}): Promise<Page> {
  const origin = `http://127.0.0.1:${server.port}`
  const page = await (await browser.newContext(options)).newPage()
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(origin)) strange.push(request.url())
  })
  page.on('console', (line) => {
    if (line.type() === 'error') strange.push(line.text())
  })
  page.on('pageerror', (error) => strange.push(String(error)))
  await page.goto(`${origin}/docs`)
  await page.locator('.opblock').first().waitFor()
  return page
}

describe('the page of the endpoints', () => {
  it('shows each operation of each domain', async () => {
    const page = await open()
    const shown = await page.locator('.opblock-summary-path').allInnerTexts()
    const paths = shown.map((path) => path.replaceAll('\u200b', ''))
    for (const { routes } of domains) for (const { path } of routes) expect(paths).toContain(path)
    expect(paths).toContain('/health')
  })

  it('sends what it shows, and shows the answer', async () => {
    for (const { routes, type } of domains) {
      const path = routes[0]?.path ?? ''
      const page = await open()
      const endpoint = page.locator(`[id$="post${path.replaceAll('/', '_')}"]`)
      await endpoint.locator('.opblock-summary-control').click()
      const before = sink.events.length
      await endpoint.getByRole('button', { name: 'Execute' }).click()
      await endpoint.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor()
      expect(sink.events.slice(before).map((event) => event.domain.type)).toEqual([type])
      await page.context().close()
    }
  })

  it('can be worked by keyboard', async () => {
    const page = await open()
    const control = page.locator('.opblock-summary-control').first()
    await control.focus()
    await page.keyboard.press('Enter')
    await page.locator('.opblock-body').first().waitFor()
    expect(await control.getAttribute('aria-expanded')).toBe('true')
  })

  it('fits a phone, and is dark where the reader wants it so', async () => {
    const page = await open({ viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
    await page.locator('.opblock-summary-control').first().click()
    await page.locator('.responses-table pre', { hasText: 'unavailable' }).waitFor()
    const overflow = () => page.evaluate('document.documentElement.scrollWidth - window.innerWidth')
    await expect.poll(overflow, { timeout: 5000 }).toBe(0)
    expect(await page.evaluate('document.documentElement.className')).toContain('dark-mode')
  })

  it('needs nothing from elsewhere and has no errors', () => {
    expect(strange).toEqual([])
  })
})
