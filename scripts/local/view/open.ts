/** Opens an address in the browser that the machine has, if it has one. */
import { spawn } from 'node:child_process'

const OPENERS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: 'open', win32: 'explorer' }
/** freedesktop.org's, on everything else. */
const OPENER = OPENERS[process.platform] ?? 'xdg-open'

/** @param say is told when there is none: the run goes on without */
export function openInBrowser(url: string, say: (line: string) => void): void {
  const child = spawn(OPENER, [url], { stdio: 'ignore', detached: true })
  child.on('error', () => say(`No browser opens here (${OPENER}): open ${url} yourself`))
  child.unref()
}
