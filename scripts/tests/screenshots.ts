/**
 * Takes the pictures of the console that the README shows, of a pipeline that runs: `npm start`, and beside it
 *
 *   npm run screenshots [-- http://127.0.0.1:8083]
 */
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { PORTS } from '../../functions/_core/topology.ts'
import { launchBrowser } from '../../functions/_testing/browser.ts'
import { REPO_DIR } from '../lib/paths.ts'
import { UserError } from '../lib/user-error.ts'

const FOLDER = join(REPO_DIR, 'docs/images')
/** Pictures are read over slow lines too. */
const LARGEST_BYTES = 200_000
/** Curves need some seconds of life to be worth a picture. */
const SETTLED_MS = 20_000

interface Picture {
  readonly name: string
  readonly path: string
  readonly theme: 'light' | 'dark'
  readonly width: number
  readonly height: number
  /** What is done before the picture is taken. */
  readonly press?: string
}

const PICTURES: readonly Picture[] = [
  { name: 'board', path: '/', theme: 'light', width: 1280, height: 800 },
  { name: 'log', path: '/log', theme: 'dark', width: 1280, height: 640 },
  { name: 'pipeline', path: '/pipeline', theme: 'light', width: 1280, height: 900 },
  {
    name: 'race',
    path: '/send',
    theme: 'light',
    width: 1280,
    height: 860,
    press: 'button[type=submit].primary',
  },
  { name: 'phone', path: '/', theme: 'dark', width: 360, height: 740 },
]

async function take(browser: Browser, origin: string, picture: Picture): Promise<number> {
  const { name, path, theme, width, height, press } = picture
  const options = { viewport: { width, height }, colorScheme: theme, locale: 'en-GB' }
  const context = await browser.newContext(options)
  const page = await context.newPage()
  await page.goto(origin + path)
  await page.locator('.live-live').waitFor()
  if (press !== undefined) {
    await page.locator(press).click()
    await page.locator('.lane [data-verdict="counted"]').nth(2).waitFor()
  } else await page.waitForTimeout(SETTLED_MS)
  await page.evaluate('scrollTo(0, 0)')
  const file = join(FOLDER, `${name}.png`)
  await page.screenshot({ path: file, animations: 'disabled' })
  await context.close()
  const { size } = await stat(file)
  if (size > LARGEST_BYTES) throw new UserError(`${file} has ${size} bytes; ${LARGEST_BYTES} are allowed`)
  return size
}

const [origin = `http://127.0.0.1:${PORTS.CONSOLE_PORT}`] = process.argv.slice(2)
const browser = await launchBrowser()
if (typeof browser === 'string') throw new UserError(browser)
await mkdir(FOLDER, { recursive: true })
try {
  for (const picture of PICTURES) {
    console.log(`docs/images/${picture.name}.png: ${await take(browser, origin, picture)} bytes`)
  }
} finally {
  await browser.close()
}
