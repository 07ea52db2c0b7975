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

/** @returns why there is none, where none starts: the packaged one is for Linux and needs the system's NSS libraries */
export async function launchBrowser(): Promise<Browser | string> {
  try {
    const executablePath = onPath() ?? (await packaged.executablePath())
    return await chromium.launch({ executablePath, args: ARGUMENTS })
  } catch (error) {
    const [reason] = String(error).split('\n')
    return `no Chromium starts here, install one that is found on PATH (${reason})`
  }
}

function onPath(): string | undefined {
  const { stdout } = spawnSync('which', NAMES, { encoding: 'utf8' })
  return stdout?.split('\n').find((path) => path !== '')
}
