// @ts-check
/** A long step, shown on stderr: a bar that moves on a terminal, its first and last line anywhere else. */

const BAR_CHARS = 30
const REDRAW_MS = 100
const CLEAR_LINE = '\r\x1b[2K'

/**
 * @typedef {object} Progress
 * @property {(done: number, total: number, what?: string) => void} at how far it is, and at what
 * @property {(result: string) => void} end it is done
 * @property {() => void} fail it is not: the bar goes, and the caller says why
 */

/**
 * @param {string} title what happens
 * @param {(value: number) => string} format of done and total
 * @param {NodeJS.WriteStream} [out]
 * @returns {Progress}
 */
export function startProgress(title, format, out = process.stderr) {
  const startedMs = performance.now()
  let drawnMs = 0
  /** @param {string} text */
  const draw = (text) => out.write(`${CLEAR_LINE}${text.slice(0, (out.columns || 80) - 1)}`)
  if (out.isTTY) draw(title)
  else out.write(`${title} …\n`)
  return {
    at: (done, total, what = '') => {
      const nowMs = performance.now()
      if (!out.isTTY || nowMs - drawnMs < REDRAW_MS) return
      drawnMs = nowMs
      draw(`${title} ${bar(total > 0 ? done / total : 0)} ${format(done)} of ${format(total)} ${what}`)
    },
    end: (result) => {
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(0)
      out.write(`${out.isTTY ? CLEAR_LINE : ''}${title}: ${result}, ${seconds} s\n`)
    },
    fail: () => void out.write(out.isTTY ? CLEAR_LINE : ''),
  }
}

/** @param {number} share 0 to 1 */
function bar(share) {
  const full = Math.min(BAR_CHARS, Math.round(share * BAR_CHARS))
  return '█'.repeat(full) + '░'.repeat(BAR_CHARS - full)
}

/** @param {number} bytes */
export const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`
