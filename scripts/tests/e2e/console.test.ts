/** The console's pages in a real browser, while real events go through the real pipeline. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { receiptsInLog, Watched } from '../../../functions/console/_testing/watch.ts'
import type { Board, EventPage } from '../../../functions/console/api.ts'
import { freePort } from '../../lib/free-port.ts'
import { until } from '../../lib/until.ts'
import { Processes } from '../../local/processes/processes.ts'
import { startValkey } from '../../local/servers/valkey.ts'
import { startTestStack, type TestStack } from '../../local/test-stack.ts'

const DEADLINE_MS = 60_000
const POLL = { timeout: DEADLINE_MS, interval: 200 }
const BRITISH = { locale: 'en-GB' }
/** What a browser says of a console or an answer that is away, which the tests bring about. */
const AWAY = /ERR_|Failed to load resource/
const PRODUCTS = ['P1', 'P2', 'P3', 'P4', 'P5']

let dir: string
let valkeyServer: Processes
let stack: TestStack
let valkey: Redis
let watched: Watched

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'caudal-console-'))
  valkeyServer = new Processes({ logDir: dir })
  const { url } = await startValkey({
    dir: join(dir, 'valkey'),
    port: await freePort(),
    processes: valkeyServer,
  })
  stack = await startTestStack({ brokers: inject('kafkaBrokers'), valkeyUrl: url, restart: true })
  valkey = new Redis(url, { keyPrefix: stack.prefix })
  valkey.on('error', () => {})
  watched = await Watched.start()
})
beforeEach(({ skip }) => skip(watched.none !== '', watched.none))
afterAll(async () => {
  await watched?.close()
  valkey?.disconnect()
  await stack?.stop()
  await valkeyServer?.stopAll()
  await rm(dir, { recursive: true, force: true })
})

let sold = 0

async function sell(count: number): Promise<void> {
  const sales = Array.from({ length: count }, (_, index) => ({
    categoria: (index % 4) + 1,
    producto_id: PRODUCTS[(index * index) % PRODUCTS.length],
    precio: 10 + (index % 90) + 0.25,
    cantidad_vendida: (index % 3) + 1,
  }))
  const response = await fetch(`${stack.url.ingest}/ventas`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(sales),
  })
  expect(await response.json()).toMatchObject({ almacenadas: count })
  sold += count
}

const open = (path: string): Promise<Page> => watched.open(stack.url.console + path, BRITISH, AWAY)

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(stack.url.console + path)
  return (await response.json()) as T
}

/** The receipts of a domain, newest first, by the API. */
async function receiptsOf(domain: string): Promise<string[]> {
  const found: string[] = []
  let before = ''
  for (;;) {
    const page = await ask<EventPage>(`/api/events?domain=${domain}&limit=500${before}`)
    found.push(...page.rows.map(({ receipt }) => receipt))
    if (page.next === null) return found
    before = `&before=${page.next}`
  }
}

const counted = async (): Promise<number> => (await ask<Board>('/api/boards/sales')).counted
const tile = (page: Page, label: string) => page.locator('.tile', { hasText: label }).locator('.tile-value')
const rows = (page: Page) => page.locator('.list table').getAttribute('aria-rowcount').then(Number)

describe('the console', { timeout: 3 * DEADLINE_MS }, () => {
  it('says so when there is nothing yet', async () => {
    const page = await open('/')
    await page.getByText('Nothing has been counted yet').waitFor()
    expect(await tile(page, 'Sales counted').textContent()).toBe('0')
    await page.getByRole('link', { name: 'Log', exact: true }).click()
    await page.getByText('Nothing has been counted yet').waitFor()
    await page.context().close()
  })

  it('has the figures of the API, which are those of Valkey, and proves them', async () => {
    const page = await open('/')
    for (let batch = 0; batch < 3; batch += 1) await sell(60)
    await expect.poll(() => tile(page, 'Sales counted').textContent(), POLL).toBe(String(sold))
    const board = await ask<Board>('/api/boards/sales')
    expect(board.counted).toBe(sold)
    const labels = ['electronica', 'ropa', 'hogar', 'belleza']
    const totals = await valkey.mget(labels.map((label) => `reportes:total:${label}`))
    expect(totals.reduce((sum, total) => sum + Number(total), 0)).toBe(sold)
    const shown = page.locator('[aria-label^="By category"] tbody tr')
    const values = await shown.locator('td').allTextContents()
    expect(values.slice(1)).toEqual(totals)
    expect(await tile(page, 'Highest price').textContent()).toBe(await valkey.get('ventas:global:precio_max'))
    const best = await valkey.zrevrange('ranking:global', 0, 4, 'WITHSCORES')
    const ranked = page.locator('[aria-label^="product by units"] .half').first().locator('tbody tr')
    const texts = await ranked.evaluateAll((found) =>
      found.flatMap((row) => [...row.querySelectorAll('.bar-label, td')].map((cell) => cell.textContent)),
    )
    expect(texts).toEqual(best)
    await page.locator('[data-proof="holds"]').waitFor({ timeout: DEADLINE_MS })
    await page.context().close()
  })

  it('is killed, and comes back: no row is missing or twice', async () => {
    const page = await open('/log?domain=sales')
    await expect.poll(() => rows(page), POLL).toBe(sold + 1)
    stack.processes.kill('console', 'SIGKILL')
    await page.locator('.live-connecting, .live-away, .live-stale').waitFor()
    await sell(70)
    await page.locator('.live-live').waitFor({ timeout: DEADLINE_MS })
    await sell(30)
    await expect.poll(() => rows(page), POLL).toBe(sold + 1)
    const shown = await receiptsInLog(page)
    expect(new Set(shown).size).toBe(sold)
    expect([...shown].sort()).toEqual((await receiptsOf('sales')).sort())
    await page.context().close()
  })

  it('has all rows of a burst, or says how many it skipped', async () => {
    const page = await open('/log?domain=sales')
    await expect.poll(() => rows(page), POLL).toBeGreaterThan(1)
    const before = (await rows(page)) - 1
    await sell(1000)
    expect(await until(async () => (await counted()) === sold, DEADLINE_MS)).toBe(true)
    /** Rows there are, and those that gaps speak of. */
    const accounted = async () => {
      const list = await receiptsInLog(page)
      const gaps = list.map((text) => Number(/([\d,]+) rows? skipped/.exec(text)?.[1]?.replace(',', '') ?? 0))
      const skipped = gaps.reduce((sum, gap) => sum + gap, 0)
      return list.length - gaps.filter((gap) => gap > 0).length + skipped
    }
    await expect.poll(accounted, POLL).toBeGreaterThanOrEqual(before + 1000)
    await page.context().close()
  })

  it('says that Valkey is away, keeps what it had, and goes on', async () => {
    const page = await open('/')
    await page.locator('.live-live').waitFor()
    const was = await tile(page, 'Sales counted').textContent()
    valkeyServer.get('valkey').kill('SIGSTOP')
    try {
      await page.locator('.banner-bad').waitFor({ timeout: DEADLINE_MS })
      await page.locator('.tile .age-stale').first().waitFor({ timeout: DEADLINE_MS })
      expect(await tile(page, 'Sales counted').textContent()).toBe(was)
    } finally {
      valkeyServer.get('valkey').kill('SIGCONT')
    }
    await sell(10)
    const now = new Intl.NumberFormat('en-GB').format(sold)
    await expect.poll(() => tile(page, 'Sales counted').textContent(), POLL).toBe(now)
    expect(await page.locator('.banner-bad').count()).toBe(0)
    await page.context().close()
  })

  it('answers an address that is none with a page that says so', async () => {
    const response = await fetch(`${stack.url.console}/nothing`, { headers: { accept: 'text/html' } })
    expect(response.status).toBe(404)
    const page = await open('/nothing')
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
    await page.context().close()
  })

  it('has no errors in its pages, and asks for nothing elsewhere', () => {
    expect(watched.wrong).toEqual([])
  })
})
