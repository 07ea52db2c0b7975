import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import type { Live } from './figures.ts'
import { openView } from './view.ts'

const LIVE: Live = {
  ...{
    seconds: 3,
    accepted: 10,
    acceptedPerSecond: 2,
    counted: 7,
    countedPerSecond: 1,
    p50Ms: null,
    p99Ms: null,
  },
  ...{ lag: 3, retries: 0, errors: 0, missedStarts: 0, repaired: 0, boards: [], problem: undefined },
  waitingFor: undefined,
}

/** What a terminal, or a file, gets. */
function shown(isTTY: boolean, live: Live): string {
  const out = Object.assign(new PassThrough(), { isTTY, columns: 200, rows: 50 })
  openView(out as never).show(live)
  return String(out.read())
}

it.each([true, false])('says that it stops, and what it waits for (terminal: %s)', (isTTY) => {
  expect(shown(isTTY, LIVE)).not.toContain('stopping')
  expect(shown(isTTY, { ...LIVE, waitingFor: '3 records to be counted' })).toContain(
    'stopping: waits for 3 records to be counted',
  )
})
