/** The live view: a screen in a terminal, a plain line a second elsewhere. */
import Table from 'cli-table3'
import { createLogUpdate } from 'log-update'
import type { Board } from './board.ts'
import type { Live } from './figures.ts'
import { count, decimal, milliseconds } from './format.ts'

export interface View {
  show(live: Live): void
  /** A line that stays. */
  say(line: string): void
  close(): void
}

const NO_BORDERS = {
  chars: {
    top: '',
    'top-mid': '',
    'top-left': '',
    'top-right': '',
    bottom: '',
    'bottom-mid': '',
    'bottom-left': '',
    'bottom-right': '',
    left: '',
    'left-mid': '',
    mid: '',
    'mid-mid': '',
    right: '',
    'right-mid': '',
    middle: '',
  },
  style: { head: [], border: [], 'padding-left': 0, 'padding-right': 3 },
}

export function openView(out: NodeJS.WriteStream): View {
  if (!out.isTTY) {
    const write = (line: string): void => void out.write(`${line}\n`)
    return { show: (live) => write(plainLine(live)), say: write, close: () => {} }
  }
  const update = createLogUpdate(out)
  let shown = ''
  return {
    show: (live) => {
      shown = screen(live)
      update(shown)
    },
    say: (line) => {
      update.clear()
      out.write(`${line}\n`)
      if (shown !== '') update(shown)
    },
    close: () => {
      if (shown !== '') update.done()
      shown = ''
    },
  }
}

function plainLine(live: Live): string {
  const parts = figuresOf(live).map(([name, value]) => `${name} ${value}`)
  const tops = live.boards.flatMap(({ tops: [first] }) => first?.members.slice(0, 1) ?? [])
  if (tops.length > 0)
    parts.push(`top ${tops.map(([member, score]) => `${member} ${count(score)}`).join(', ')}`)
  if (live.problem !== undefined) parts.push(`(${live.problem})`)
  if (live.waitingFor !== undefined) parts.push(`(${stoppingLine(live.waitingFor)})`)
  return `${live.seconds.toFixed(0).padStart(4)} s  ${parts.join('  ')}`
}

const stoppingLine = (what: string): string => `stopping: waits for ${what}`

function figuresOf(live: Live): [name: string, value: string][] {
  return [
    ['accepted', `${count(live.acceptedPerSecond)}/s`],
    ['counted', `${count(live.countedPerSecond)}/s`],
    ['p50', milliseconds(live.p50Ms)],
    ['p99', milliseconds(live.p99Ms)],
    ['lag', count(live.lag)],
    ['retries', count(live.retries)],
    ['errors', count(live.errors)],
  ]
}

function screen(live: Live): string {
  const head = new Table({ ...NO_BORDERS, head: figuresOf(live).map(([name]) => name) })
  head.push(figuresOf(live).map(([, value]) => value))
  const state = [
    `${live.seconds.toFixed(0)} s`,
    `${count(live.accepted)} accepted`,
    `${count(live.counted)} counted`,
  ]
  if (live.repaired > 0) state.push(`${count(live.repaired)} counted again after a crash`)
  if (live.missedStarts > 0) state.push(`${count(live.missedStarts)} starts missed`)
  if (live.problem !== undefined) state.push(live.problem)
  if (live.waitingFor !== undefined) state.push(stoppingLine(live.waitingFor))
  return ['', head.toString(), '', state.join(' · '), ...live.boards.flatMap(boardLines)].join('\n')
}

function boardLines({ title, tops, groups }: Board): string[] {
  const lines: string[] = []
  for (const { what, members } of tops) {
    if (members.length === 0) continue
    lines.push(
      `${title}: ${what}   ${members.map(([member, score]) => `${member} ${count(score)}`).join(' · ')}`,
    )
  }
  for (const { by, sums, rows } of groups) {
    if (rows.length === 0) continue
    const table = new Table({ ...NO_BORDERS, head: [by, 'events', ...sums] })
    for (const { label, events, totals } of rows) {
      const cells = totals.map((total) => `Σ ${decimal(total)}  ø ${decimal(Number(total) / events)}`)
      table.push([label, count(events), ...cells])
    }
    lines.push('', table.toString())
  }
  return lines.length === 0 ? [] : ['', ...lines]
}
