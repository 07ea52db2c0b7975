/** Says all along what is measured, and how long it will still take: in one line on a terminal, else line by line. */
import { clearLine, cursorTo } from 'node:readline'
import type { WriteStream } from 'node:tty'

export interface Progress {
  /** @param share of the measuring that is done by then, if it can be told */
  say(what: string, share?: number): void
  end(): void
}

const MS_PER_S = 1_000

export function progressTo(stream: WriteStream): Progress {
  const startMs = performance.now()
  let measuringMs: number | undefined
  const left = (share: number | undefined): string => {
    if (share === undefined) return ''
    measuringMs ??= performance.now()
    return share === 0
      ? ''
      : `, about ${clock(((performance.now() - measuringMs) * (1 - share)) / share)} left`
  }
  return {
    say: (what, share) => {
      const line = `${clock(performance.now() - startMs)}  ${what}${left(share)}`
      if (!stream.isTTY) return void stream.write(`${line}\n`)
      clearLine(stream, 0)
      cursorTo(stream, 0)
      stream.write(line.slice(0, stream.columns - 1))
    },
    end: () => {
      if (stream.isTTY) stream.write('\n')
    },
  }
}

function clock(ms: number): string {
  const seconds = Math.round(ms / MS_PER_S)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
