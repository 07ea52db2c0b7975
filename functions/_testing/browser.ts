/** A real browser for tests of pages: the machine's own Chromium, or the one that comes by npm. */
import { spawnSync } from 'node:child_process'
import packaged from '@sparticuz/chromium'
import { type Browser, chromium } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
/**
 * No sandbox: tests run as root in containers. Without the others Chromium asks its maker's servers for updates and
 * settings at every start. The packaged one's own arguments are for a single page in a single process, and switch off
 * the web's security, which tests are to see.
 */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export const launchBrowser = async (): Promise<Browser> =>
  chromium.launch({ executablePath: onPath() ?? (await packaged.executablePath()), args: ARGUMENTS })

function onPath(): string | undefined {
  const { stdout } = spawnSync('which', NAMES, { encoding: 'utf8' })
  return stdout?.split('\n').find((path) => path !== '')
}
