import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildWeb } from '../../../scripts/build/web.ts'
import { Fixture } from './server.ts'
import { hindrances, Watched } from './watch.ts'
import { World } from './world.ts'

/** The pages for all who read them: themes, languages, a phone, a keyboard, a screen reader. */
const THEN = Date.UTC(2026, 10, 27, 12)
const JOURNEY = `/journey?receipt=${encodeURIComponent('/ingest/0123456789ab#sales-5')}`
const PAGES = ['/', '/boards/votes', '/log', '/pipeline', '/dead-letters', '/send', JOURNEY, '/nothing']
const FRAMES_MS = 500
const BRITISH = { locale: 'en-GB' }

let watched: Watched
let fixture: Fixture
let timer: NodeJS.Timeout

beforeAll(async () => {
  const world = new World()
  world.count('sales', 40, THEN)
  world.count('sales', 20)
  world.count('votes', 20)
  fixture = new Fixture(world, await buildWeb())
  await fixture.listen()
  timer = setInterval(() => fixture.tick(), FRAMES_MS)
  watched = await Watched.start()
})
beforeEach(({ skip }) => skip(watched.none !== '', watched.none))
afterAll(async () => {
  clearInterval(timer)
  await watched?.close()
  await fixture?.close()
})

async function open(path: string, ...more: [object?]): Promise<Page> {
  const page = await watched.open(fixture.url + path, ...more)
  await page.locator('[data-proof]').waitFor()
  await page.locator('main h1').waitFor()
  return page
}

describe.each(PAGES)('%s', (path) => {
  it('fits a phone, and axe finds nothing serious in both themes and languages', async () => {
    const page = await open(path)
    expect(await hindrances(page)).toEqual([])
    await page.context().close()
  })
})

describe('readers', () => {
  it('have the language and the theme of their browser, until they choose', async () => {
    const page = await open('/', { locale: 'es-EC', colorScheme: 'dark' })
    const html = page.locator('html')
    expect(await html.getAttribute('lang')).toBe('es')
    expect(await html.getAttribute('data-theme')).toBe('dark')
    await page.locator('.tools select').selectOption('en')
    await page.locator('.tools button').click()
    await page.reload()
    await page.locator('main h1').waitFor()
    expect(await html.getAttribute('lang')).toBe('en')
    expect(await html.getAttribute('data-theme')).toBe('light')
    await page.context().close()
  })

  it('see figures and curves in a browser without a locale', async () => {
    const page = await open('/', {})
    expect(await page.locator('.tile-value').first().textContent()).toBe('60')
    await page.locator('.series canvas').first().waitFor()
    await page.context().close()
  })

  it('learn from each figure where it comes from, by keyboard', async () => {
    const page = await open('/')
    const button = page.locator('.tile .query-button').first()
    await button.focus()
    await page.keyboard.press('Enter')
    const panel = page.locator('.query-panel')
    await panel.locator('pre', { hasText: 'valkey-cli HGETALL stats:conteo' }).waitFor()
    expect(await page.locator('.query-panel :focus').count()).toBe(1)
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'hidden' })
    expect(await button.evaluate((element) => element.matches(':focus'))).toBe(true)
    await page.context().close()
  })

  it('copy a query', async () => {
    const page = await open('/', { ...BRITISH, permissions: ['clipboard-read', 'clipboard-write'] })
    await page.locator('.tile .query-button').first().click()
    await page.locator('.query-panel button').first().click()
    const copied = await page.evaluate('navigator.clipboard.readText()')
    expect(copied).toBe(await page.locator('.query-panel pre').first().textContent())
    await page.context().close()
  })

  it('have each chart as a table', async () => {
    const page = await open('/')
    const chart = page.locator('.series').first()
    expect(await chart.locator('[role="img"]').getAttribute('aria-label')).toContain('Sales')
    await chart.getByRole('button', { name: 'Show as a table' }).click()
    expect(await chart.locator('tbody tr').count()).toBeGreaterThan(10)
    await page.context().close()
  })

  it('go to another page by keyboard, and are at its beginning', async () => {
    const page = await open('/')
    await page.getByRole('link', { name: 'Pipeline', exact: true }).focus()
    await page.keyboard.press('Enter')
    await page.locator('.steps').waitFor()
    expect(await page.evaluate('document.activeElement.id')).toBe('content')
    await page.context().close()
  })

  it('see nothing move where they asked for that', async () => {
    const moving = { no: 'no-preference', yes: 'reduce' } as const
    const animations: Record<string, unknown> = {}
    for (const [asked, reducedMotion] of Object.entries(moving)) {
      const page = await open('/', { ...BRITISH, reducedMotion })
      await page.locator('.live-live').waitFor()
      animations[asked] = await page.evaluate('document.getAnimations().length > 0')
      await page.context().close()
    }
    expect(animations).toEqual({ no: true, yes: false })
  })

  it('are told what changed once it has lasted, not each time that it flickers', async () => {
    const page = await open('/')
    await page.locator('[data-proof="holds"]').waitFor()
    await page.evaluate(`{
      globalThis.said = []
      const status = document.querySelector('[role="status"]')
      new MutationObserver(() => said.push(status.textContent)).observe(status, { characterData: true, childList: true, subtree: true })
    }`)
    const flip = async (missing: number, state: string): Promise<void> => {
      fixture.missing = missing
      fixture.tick()
      await page.locator(`[data-proof="${state}"]`).waitFor()
    }
    try {
      for (let times = 0; times < 4; times += 1) {
        await flip(3, 'broken')
        await flip(0, 'holds')
      }
      await flip(3, 'broken')
      await page.locator('[role="status"]', { hasText: 'Records are missing' }).waitFor()
      expect(await page.evaluate('said')).toEqual(['Live. Records are missing'])
    } finally {
      fixture.missing = 0
    }
    await page.context().close()
  })

  it('travel in time, by a link that can be sent', async () => {
    const at = new Date(THEN).toISOString()
    const page = await open(`/log?at=${at}`)
    await page.locator('.list table[aria-rowcount="41"]').waitFor()
    await page.locator('.live-then').waitFor()
    await page.getByRole('link', { name: 'Sales', exact: true }).click()
    await page.locator('.series').waitFor()
    expect(new URL(page.url()).searchParams.get('at')).toBe(at)
    expect(await page.locator('.tile').count()).toBe(0)
    await page.getByText('Totals, rankings and prices are only known as of now.').waitFor()
    await page.getByRole('button', { name: 'Back to now' }).click()
    await page.locator('.tile').first().waitFor()
    expect(new URL(page.url()).searchParams.has('at')).toBe(false)
    await page.context().close()
  })

  it('race an event through all endpoints, and see it counted', async () => {
    const page = await open('/send')
    await page.getByRole('button', { name: 'Race' }).click()
    await expect.poll(() => page.locator('.lane [data-verdict="counted"]').count()).toBe(3)
    await page.locator('.lane a').first().click()
    await page.locator('.journey-verdict[data-verdict="counted"]').waitFor()
    await page.context().close()
  })
})

it('nothing went wrong in the pages, and nothing was asked elsewhere', () => {
  expect(watched.wrong).toEqual([])
})
