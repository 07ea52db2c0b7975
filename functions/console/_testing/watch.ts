/** Pages in a real browser, and all that went wrong in them. */
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { until } from '../../../scripts/lib/until.ts'
import { launchBrowser } from '../../_testing/browser.ts'

export class Watched {
  /** Why there is no browser; empty when there is one. */
  readonly none: string
  readonly #browser: Browser | undefined
  /** Errors that pages wrote, and what they asked for elsewhere. */
  readonly wrong: string[] = []

  private constructor(browser: Browser | string) {
    this.none = typeof browser === 'string' ? browser : ''
    this.#browser = typeof browser === 'string' ? undefined : browser
    if (this.none !== '') console.warn(this.none)
  }

  static async start(): Promise<Watched> {
    return new Watched(await launchBrowser())
  }

  /**
   * @param options the locale is British English unless it says another; a Chromium without one has `en-US@posix`
   * @param quiet what is not an error here, because the test brings it about
   */
  async open(
    url: string,
    options: BrowserContextOptions = { locale: 'en-GB' },
    quiet?: RegExp,
  ): Promise<Page> {
    if (this.#browser === undefined) throw new Error(this.none)
    const page = await (await this.#browser.newContext(options)).newPage()
    const { origin } = new URL(url)
    const wrong = (text: string) => {
      if (quiet?.test(text) !== true) this.wrong.push(text)
    }
    page.on('request', (request) => {
      if (!request.url().startsWith(origin)) wrong(`asked elsewhere: ${request.url()}`)
    })
    page.on('console', (line) => {
      if (line.type() === 'error' || line.type() === 'warning') wrong(line.text())
    })
    page.on('pageerror', (error) => wrong(error.stack ?? String(error)))
    await page.goto(url)
    return page
  }

  async close(): Promise<void> {
    await this.#browser?.close()
  }
}

const PHONE = { width: 360, height: 740 }
const DESK = { width: 1280, height: 900 }

/** What hinders readers of a page: wider than a phone, or what axe finds, in both themes and languages. */
export async function hindrances(page: Page): Promise<readonly string[]> {
  await page.setViewportSize(PHONE)
  const isNarrow = await until(async () => (await overflow(page)) === 0, 5_000)
  const found = (await seriousFindings(page)).map((finding) => `on a phone: ${finding}`)
  if (!isNarrow) found.push(`${await overflow(page)} pixels wider than a phone`)
  await page.setViewportSize(DESK)
  for (const language of ['en', 'es']) {
    await page.locator('.tools select').selectOption(language)
    for (const theme of ['dark', 'light']) {
      await page.locator('.tools button').click()
      await page.locator(`html[lang="${language}"][data-theme="${theme}"]`).waitFor()
      found.push(...(await seriousFindings(page)).map((finding) => `${language}, ${theme}: ${finding}`))
    }
  }
  return found
}

/** What axe finds that is serious or worse, with the elements it is about. */
async function seriousFindings(page: Page): Promise<readonly string[]> {
  // In the page's own world: its policy forbids scripts that are written into it.
  await page.evaluate(axe.source)
  const results = await page.evaluate<{ violations: Pick<axe.Result, 'id' | 'impact' | 'nodes'>[] }>(
    "axe.run(document, { resultTypes: ['violations'] })",
  )
  return results.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

/** Pixels that the page is wider than the window. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate('Math.max(0, document.documentElement.scrollWidth - window.innerWidth)')

/** The list has drawn what belongs there: it hears of the place in a frame, and draws in the next. */
export const drawn = (page: Page): Promise<unknown> =>
  page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))')

/** The receipts of the whole log, from the newest on, read as a person would: by scrolling through it. */
export async function receiptsInLog(page: Page): Promise<readonly string[]> {
  const list = page.locator('.list')
  const seen = new Map<number, string>()
  const end = () =>
    list.evaluate((element) => element.scrollTop + element.clientHeight >= element.scrollHeight - 1)
  await list.evaluate((element) => element.scrollTo({ top: 0 }))
  // Under the row of the headers.
  await until(async () => (await firstRow(page)) === FIRST_ROW, 5_000)
  for (;;) {
    const rows = await list.evaluate((element) =>
      [...element.querySelectorAll('tr[aria-rowindex]')].map((row): [number, string] => [
        Number(row.getAttribute('aria-rowindex')),
        row.querySelector('a')?.title ?? row.querySelector('[data-gap]')?.textContent ?? '',
      ]),
    )
    for (const [index, text] of rows) if (index > 1) seen.set(index, text)
    if (await end()) break
    await list.evaluate((element) => element.scrollBy({ top: element.clientHeight }))
    await drawn(page)
    await until(async () => (await firstRow(page)) !== rows[1]?.[0] || (await end()), 5000)
  }
  return [...seen].sort(([one], [other]) => one - other).map(([, text]) => text)
}

const FIRST_ROW = 2

/** The number of the first row that is in the document. */
const firstRow = (page: Page): Promise<number> =>
  page.locator('.list tbody tr[aria-rowindex]').first().getAttribute('aria-rowindex').then(Number)
