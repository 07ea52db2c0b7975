/** Pages in a real browser, and all that went wrong in them. */
import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
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

  /** @param quiet what is not an error here, because the test brings it about */
  async open(url: string, options: BrowserContextOptions = {}, quiet?: RegExp): Promise<Page> {
    if (this.#browser === undefined) throw new Error(this.none)
    const page = await (await this.#browser.newContext({ locale: 'en-GB', ...options })).newPage()
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

/** What axe finds that is serious or worse, with the elements it is about. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
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
export const overflow = (page: Page): Promise<number> =>
  page.evaluate('Math.max(0, document.documentElement.scrollWidth - window.innerWidth)')
