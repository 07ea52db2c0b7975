import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildWeb } from '../../../scripts/build/web.ts'
import { Fixture } from './server.ts'
import { overflow, seriousFindings, Watched } from './watch.ts'
import { World } from './world.ts'

/** States of the pages that the real system takes long to get into. */
let dir = ''
let watched: Watched
let fixture: Fixture

beforeAll(async () => {
  dir = await buildWeb()
  watched = await Watched.start()
})
beforeEach(async ({ skip }) => {
  skip(watched.none !== '', watched.none)
  fixture = new Fixture(new World(), dir)
  await fixture.listen()
})
afterEach(() => fixture?.close())
afterAll(() => watched?.close())

const JOURNEY = `/journey?receipt=${encodeURIComponent('/ingest/0123456789ab#sales-5')}`
const PAGES = [
  '/',
  '/boards/votes',
  '/log',
  '/pipeline',
  '/dead-letters',
  '/send',
  JOURNEY,
  '/nothing',
] as const
const SCHEMES = ['light', 'dark'] as const
const LANGUAGES = ['en', 'es'] as const

describe('for everybody', () => {
  for (const colorScheme of SCHEMES) {
    for (const locale of LANGUAGES) {
      it.each(PAGES)(`axe finds nothing serious in %s, ${colorScheme}, ${locale}`, async (path) => {
        fixture.world.count('sales', 40)
        fixture.world.count('votes', 20)
        const page = await watched.open(fixture.url + path, { colorScheme, locale })
        await page.locator('[data-proof]').waitFor()
        await page.locator('main h1').waitFor()
        expect(await page.locator('html').getAttribute('lang')).toBe(locale)
        expect(await page.locator('html').getAttribute('data-theme')).toBe(colorScheme)
        expect(await seriousFindings(page)).toEqual([])
        await page.context().close()
      })
    }
  }

  it.each(PAGES)('%s fits a phone of 360 pixels', async (path) => {
    fixture.world.count('sales', 40)
    const page = await watched.open(fixture.url + path, { viewport: { width: 360, height: 740 } })
    await page.locator('[data-proof]').waitFor()
    await expect.poll(() => overflow(page)).toBe(0)
    await page.context().close()
  })

  it('nothing went wrong in the pages, and nothing was asked elsewhere', () => {
    expect(watched.wrong).toEqual([])
  })
})
