/** Locust's own account of a run, compared with what a scripted server knows about it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { accept } from '../functions/_core/accept.ts'
import { domains } from '../functions/_core/domains/index.ts'
import { freePort } from '../scripts/lib/free-port.ts'
import { until } from '../scripts/lib/until.ts'
import { ANSWERS, answerTo } from './_testing/answers.ts'
import { type Ended, type Line, type LocustRun, startLocust } from './_testing/run-locust.ts'
import { type Asked, type Script, scriptedServer, store } from './_testing/scripted-server.ts'

const reports = await mkdtemp(join(tmpdir(), 'caudal-locust-'))
afterAll(() => rm(reports, { recursive: true }))
const WAIT_MS = 60_000
const TEST_MS = 120_000
const COUNTS = ['sent', 'acknowledged', 'refused', 'unknown', 'repeated', 'calls', 'missed_starts'] as const

/** A whole run, with its arithmetic checked. */
async function load(
  script: Script,
  args: string,
  during: (run: LocustRun) => Promise<void> = async () => {},
) {
  const server = await scriptedServer(script)
  try {
    const run = await startLocust(reports, server.url, args)
    await during(run)
    const ended = await run.ended
    const total = checkedTotal(ended)
    return { ...ended, total, asked: server.asked }
  } finally {
    server.close()
  }
}

function checkedTotal({ seconds, totals, receipts, output }: Ended): Line {
  const [total] = totals
  if (total === undefined || totals.length > 1) throw new Error(`not one line of totals:\n${output}`)
  expect(total.sent).toBe(total.acknowledged + total.refused + total.unknown)
  expect(total.in_flight).toBe(0)
  expect(receipts).toHaveLength(total.acknowledged)
  for (const name of COUNTS) {
    expect({ [name]: seconds.reduce((sum, line) => sum + line[name], 0) }).toEqual({ [name]: total[name] })
  }
  const reasons = Object.values(total.reasons ?? {})
  expect(reasons.reduce((sum, count) => sum + count, 0)).toBe(total.refused + total.unknown)
  return total
}

/** Every start of the schedule was made or missed, but for those of the last moment. */
function checkPace({ sent, missed_starts, seconds }: Line, perSecond: number) {
  expect(sent + missed_starts).toBeGreaterThan(perSecond * (seconds - 0.2))
  expect(sent + missed_starts).toBeLessThanOrEqual(perSecond * seconds + 1)
}

const isAt = (path: string): RegExp => new RegExp(`^${path.replace(/\{\w+\}/, '[^/]+')}$`)

const receiptsOf = (asked: readonly Asked[]) => asked.map(({ receipt }) => receipt).sort()

describe('locust', { timeout: TEST_MS }, () => {
  it('sends events of every domain that its endpoints accept, and knows each by its receipt', async () => {
    const run = await load(store, '--users 8 --run-time 4s --csv DIR/load --html DIR/load.html')
    expect(run).toMatchObject({ exitCode: 0, total: { refused: 0, unknown: 0, users: 8 } })
    expect(run.receipts.toSorted()).toEqual(receiptsOf(run.asked))
    for (const domain of domains) {
      const sent = domain.routes.map(({ path }) =>
        run.asked.filter((asked) => isAt(path).test(asked.path)).map(({ body }) => body),
      )
      expect(sent.map((bodies) => bodies.length > 0)).toEqual(sent.map(() => true))
      for (const [at, bodies] of sent.entries()) {
        const fromPath = domain.routes[at]?.path.includes('{') ? { [domain.key]: 'from the path' } : {}
        for (const body of new Set(bodies)) accept(domain, { ...JSON.parse(body), ...fromPath }, 'required')
      }
    }
    expect(await readFile(join(run.dir, 'load_stats.csv'), 'utf8')).toContain('/venta')
    expect(await readFile(join(run.dir, 'load.html'), 'utf8')).toContain('/venta')
  })

  it('classifies every answer, in whatever pieces it comes', async () => {
    const run = await load(
      (asked, response) => answerTo(asked).script(asked, response),
      '--domain sales --users 6 --run-time 6s --answer-timeout 3 --host-header ingest.example',
    )
    expect(run.asked.length).toBeGreaterThanOrEqual(ANSWERS.length)
    expect(run.total.sent).toBe(run.asked.length)
    const reasons = Map.groupBy(run.asked, (asked) => answerTo(asked).reason)
    expect(run.receipts.toSorted()).toEqual(receiptsOf(reasons.get(undefined) ?? []))
    reasons.delete(undefined)
    expect(run.total.reasons).toEqual(
      Object.fromEntries([...reasons].map(([why, asked]) => [why, asked.length])),
    )
    const refused = [...reasons].filter(([reason]) => reason?.startsWith('status 4'))
    expect(run.total.refused).toBe(refused.reduce((sum, [, asked]) => sum + asked.length, 0))
    expect(new Set(run.asked.map(({ host, contentType }) => `${host} ${contentType}`))).toEqual(
      new Set(['ingest.example application/json']),
    )
    expect(run.exitCode).toBe(1)
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends in order on %s: what is in flight is answered',
    async (signal) => {
      const slow: Script = async (asked, response) => {
        await pause(300)
        store(asked, response)
      }
      const run = await load(slow, '--users 4', async ({ lines, signal: send }) => {
        expect(await until(async () => (await lines()).length >= 2, WAIT_MS)).toBe(true)
        send(signal)
      })
      expect(run.total).toMatchObject({ refused: 0, unknown: 0, sent: run.asked.length })
      expect(run.exitCode).toBe(0)
    },
  )

  it('counts what is never answered as unknown, after a bounded wait', async () => {
    const run = await load(() => {}, '--domain votes --users 5 --run-time 1s --stop-timeout 1')
    expect(run.total).toMatchObject({
      sent: 5,
      unknown: 5,
      reasons: { 'no answer at stop': 5 },
      p50_ms: null,
    })
  })

  it('counts as unknown when nobody listens, without a storm of attempts', async () => {
    const port = await freePort()
    const run = await startLocust(reports, `http://127.0.0.1:${port}`, '--users 2 --run-time 2s')
    const total = checkedTotal(await run.ended)
    expect(total.reasons).toEqual({ 'broken connection': total.sent })
    expect(total.sent).toBeGreaterThan(2)
    expect(total.sent).toBeLessThanOrEqual(2 * 2 * 11)
  })

  it('holds a pace, and reports the starts that nobody was free for', async () => {
    const even = await load(store, '--users 8 --run-time 4s --pace 100')
    checkPace(even.total, 100)
    const slow: Script = async (asked, response) => {
      await pause(200)
      store(asked, response)
    }
    const behind = await load(slow, '--users 2 --run-time 4s --pace 100')
    expect(behind.total.sent).toBeLessThanOrEqual(2 * 4 * 5 + 2)
    checkPace(behind.total, 100)
  })

  it('sends keyed events again on purpose; the receipt is the same', async () => {
    const run = await load(store, '--users 4 --run-time 2s --repeat-share 0.5 --pace 100')
    const keyed = run.asked.filter(({ key }) => key !== undefined)
    expect(run.total.repeated).toBe(keyed.length - new Set(keyed.map(({ key }) => key)).size)
    expect(run.total.repeated).toBeGreaterThan(0)
    expect(new Set(run.receipts).size).toBe(run.total.acknowledged - run.total.repeated)
    const bodies = Map.groupBy(keyed, ({ key }) => key)
    for (const same of bodies.values()) expect(new Set(same.map(({ body }) => body)).size).toBe(1)
  })

  it('sends a life in its order: the next event once the one before it is acknowledged, under keys of its own', async () => {
    const acknowledged = new Set<string>()
    const early: string[] = []
    const sometimes: Script = (asked, response) => {
      const [name = '', step = '0'] = asked.key?.split('.') ?? []
      const before = step === '1' ? name : `${name}.${Number(step) - 1}`
      if (step !== '0' && !acknowledged.has(before)) early.push(`${asked.key}`)
      if (asked.number % 3 === 0) return void response.writeHead(503).end()
      acknowledged.add(asked.key ?? '')
      return store(asked, response)
    }
    const run = await load(sometimes, '--domain orders --users 8 --run-time 2s --mistakes')
    expect(early).toEqual([])
    expect(run.total.unknown).toBeGreaterThan(0)
    expect(run.total.refused).toBe(0)
    expect(new Set(run.receipts).size).toBe(acknowledged.size)
    expect([...acknowledged].filter((key) => key.includes('.')).length).toBeGreaterThan(0)
  })

  it('a spike raises users and pace in its middle third alone', async () => {
    const run = await load(store, '--users 10 --run-time 9s --shape spike --pace 200')
    const middle = run.seconds.filter(({ t = 0 }) => t > 5 && t < 6.5)
    const edges = run.seconds.filter(({ t = 0 }) => t < 2.5 || (t > 7.9 && t < 9))
    for (const line of middle) expect(line.users).toBe(10)
    for (const line of edges) expect(line.users).toBe(1)
    expect(Math.max(...edges.map((line) => line.sent))).toBeLessThan(
      Math.min(...middle.map((line) => line.sent)),
    )
  })
})
