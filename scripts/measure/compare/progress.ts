/** Says all along what is measured, and how long it will still take. */

export interface Progress {
  /** @param share of all that is done by then, if it can be told */
  say(what: string, share?: number): void
}

const MS_PER_S = 1_000

export function progressTo(write: (text: string) => void): Progress {
  const startMs = performance.now()
  return {
    say: (what, share) => {
      const elapsedS = (performance.now() - startMs) / MS_PER_S
      const left =
        share === undefined || share <= 0 ? '' : `, about ${clock((elapsedS * (1 - share)) / share)} left`
      write(`${clock(elapsedS)}  ${what}${left}\n`)
    },
  }
}

function clock(seconds: number): string {
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`
}
