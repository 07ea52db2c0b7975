import axe from 'axe-core'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launchBrowser } from '../../../../functions/_testing/browser.ts'
import { madeReport } from '../_testing/made-report.ts'
import { pageOf } from './page.ts'

const report = madeReport({
  noise: 0,
  arms: { grpc: { cpuUs: { publisher: 150, kafka: 40 }, eventsPerS: 3_000 } },
})
const LANGUAGES = [
  ['en', 'English', 'REST took less here.', '90% more'],
  ['es', 'Español', 'REST consumió menos aquí.', '90 % más'],
] as const

let browser: Browser | string
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(async () => {
  if (typeof browser !== 'string') await browser.close()
})

async function open(colorScheme: 'light' | 'dark') {
  if (typeof browser === 'string') throw new Error(browser)
  const page = await browser.newPage({ colorScheme, viewport: { width: 900, height: 800 } })
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.setContent(pageOf(report, 'en'))
  return { page, asked }
}

describe('the page', () => {
  it.each(LANGUAGES)(
    'in %s is read by everybody, light and dark',
    async (locale, language, headline, change) => {
      for (const scheme of ['light', 'dark'] as const) {
        const { page, asked } = await open(scheme)
        await page.getByLabel(language).check()
        expect(await page.locator('main:visible').getAttribute('lang')).toBe(locale)
        expect(await page.locator('main:visible .lead').textContent()).toBe(headline)
        const text = (await page.locator('main:visible').textContent()) ?? ''
        expect(text.replace(/\s/g, ' ').includes(change)).toBe(true)
        for (const summary of await page.locator('main:visible summary').all()) await summary.click()
        await page.evaluate(axe.source)
        const { violations } = (await page.evaluate('axe.run()')) as axe.AxeResults
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([])
        expect(asked).toEqual([])
        await page.close()
      }
    },
  )

  it('has a table behind each picture, open on paper', async () => {
    const { page } = await open('light')
    const figures = page.locator('main:visible figure')
    expect(await figures.count()).toBeGreaterThan(10)
    for (const figure of await figures.all()) {
      expect(await figure.locator('svg').count()).toBe(1)
      expect(await figure.locator('tbody tr').count()).toBeGreaterThan(1)
      expect(await figure.locator('table').isVisible()).toBe(false)
    }
    await page.emulateMedia({ media: 'print' })
    for (const figure of await figures.all()) expect(await figure.locator('table').isVisible()).toBe(true)
    await page.close()
  })

  it.each([
    ['no script', /<script/],
    ['nothing from elsewhere', /(src|href)=|url\(|@import/],
    ['no number that is none', /NaN|undefined|Infinity/],
    ['no text that could be markup', /<of>/],
  ])('has %s', (_, pattern) => {
    expect(pageOf(report, 'en')).not.toMatch(pattern)
  })
})
