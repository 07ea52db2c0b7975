import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { Redis } from 'ioredis'
import { afterAll, afterEach, describe, expect, inject, it, vi } from 'vitest'
import { startConsole, voterIn, watch } from './_testing/watching.ts'
import { EventPage, LiveFrame, type Skipped } from './api.ts'
import { LIMITS } from './limits.ts'
import type { Read } from './reading.ts'

const redis = new Redis(inject('valkeyUrl'))
afterAll(() => redis.disconnect())
const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close()
})

async function world(around?: (read: Read) => Read) {
  const prefix = `${randomUUID()}:`
  const vote = voterIn(redis, prefix)
  const start = async () => {
    const started = await startConsole(redis, { prefix, ...(around && { around }) })
    open.push(started)
    return started
  }
  const server = await start()
  const watcher = async (query = '', headers = {}) => {
    const watching = await watch(`${server.url}/api/live${query}`, headers)
    open.push(watching)
    return watching
  }
  return { vote, start, server, watcher, prefix }
}

/** Numbers of rows, and how many were left out, in the frames up to the one that ends at `last`. */
async function until(last: number, next: () => Promise<{ frame: LiveFrame }>) {
  const numbers: number[] = []
  let skipped = 0
  for (;;) {
    const { frame } = await next()
    numbers.push(...frame.rows.map(({ number }) => number))
    skipped += frame.skipped.reduce((sum, { rows }) => sum + rows, 0)
    if (numbers.at(-1) === last) return { numbers, skipped }
  }
}
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)

describe('the live stream', () => {
  it('tells what is there, and then what is new', async () => {
    const { vote, watcher } = await world()
    await vote(3)
    const { next, response } = await watcher()
    expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
    const { frame } = await next()
    expect(LiveFrame.parse(frame)).toMatchObject({ problem: null, watchers: 1, skipped: [] })
    expect(frame.rows.map(({ number }) => number)).toEqual([1, 2, 3])
    await vote(2)
    expect(await until(5, next)).toEqual({ numbers: [4, 5], skipped: 0 })
  })

  it('reads Valkey once a tick and encodes once, however many watch', async () => {
    let readings = 0
    const { watcher } = await world((read) => (places) => {
      readings++
      return read(places)
    })
    const watchers = await Promise.all(range(1, 20).map(() => watcher()))
    await Promise.all(watchers.map(({ next }) => next()))
    const before = readings
    const seen = await Promise.all(watchers.map(async ({ next }) => [await next(), await next()]))
    const ticks = new Map(seen.flat().map(({ frame, text }) => [frame.tick, text]))
    expect(readings - before).toBeLessThanOrEqual(ticks.size + 1)
    for (const { frame, text } of seen.flat()) expect(text).toBe(ticks.get(frame.tick))
  })

  it.each([
    ['Last-Event-ID', (id: string) => ['', { 'last-event-id': id }] as const],
    ['?after=', (id: string) => [`?after=${encodeURIComponent(id)}`, {}] as const],
    [
      'Last-Event-ID rather than an older ?after=',
      (id: string) => ['?after=votes:0-1:0', { 'last-event-id': id }] as const,
    ],
  ])('goes on after %s when the console was started again: none missing, none twice', async (_, resume) => {
    const { vote, start, server, watcher } = await world()
    await vote(10)
    const first = await watcher()
    const { id } = await first.next()
    await server.close()
    await vote(7)
    const again = await start()
    const [query, headers] = resume(id)
    const second = await watch(`${again.url}/api/live${query}`, headers)
    open.push(second)
    await vote(1)
    expect(await until(18, second.next)).toEqual({ numbers: range(11, 18), skipped: 0 })
  })

  it('counts the rows of a burst that it does not send, and they can be loaded', async () => {
    const { vote, watcher, server } = await world()
    const { next } = await watcher()
    await next()
    await vote(1_000)
    const numbers: number[] = []
    const skipped: Skipped[] = []
    while (numbers.at(-1) !== 1_000) {
      const { frame } = await next()
      expect(frame.rows.length).toBeLessThanOrEqual(LIMITS.frameRows)
      numbers.push(...frame.rows.map(({ number }) => number))
      skipped.push(...frame.skipped)
    }
    expect(skipped.length).toBeGreaterThan(0)
    for (const { after, before, domain, lost, rows } of skipped) {
      const loaded: number[] = []
      for (let older: string | null = before; older !== null; ) {
        const query = new URLSearchParams({ domain, after, before: older, limit: '500' })
        const page = EventPage.parse(await (await fetch(`${server.url}/api/events?${query}`)).json())
        loaded.push(...page.rows.map(({ number }) => number))
        older = page.next
      }
      expect([loaded.length, lost]).toEqual([rows, 0])
      numbers.push(...loaded)
    }
    expect(numbers.sort((one, other) => one - other)).toEqual(range(1, 1_000))
  })

  it('tells what is lost of what was missed for too long', async () => {
    const { vote, watcher } = await world()
    const first = await watcher()
    await vote(1)
    const { id } = await first.next()
    first.close()
    for (let round = 0; round < 3; round++) await vote(500)
    const { next } = await watcher(`?after=${encodeURIComponent(id || 'votes:0-1:0')}`)
    const { frame } = await next()
    const [skipped] = frame.skipped
    const seenBefore = Number(id.split(':').at(-1) ?? 0)
    expect(frame.rows.length + (skipped?.rows ?? 0)).toBe(1_501 - seenBefore)
    expect(skipped?.lost).toBe(501 - seenBefore)
  })

  it('says so when the log began anew', async () => {
    const { vote, watcher, prefix } = await world()
    await vote(5)
    const { next } = await watcher()
    await until(5, next)
    await redis.del(`${prefix}votos:log`)
    await vote(2)
    for (;;) {
      const { frame } = await next()
      if (frame.rows.length === 0) continue
      expect(frame).toMatchObject({ restarted: ['votes'], rows: [{ number: 1 }, { number: 2 }] })
      break
    }
  })

  it('goes on while Valkey is away, and says so', async () => {
    let isAway = false
    const { watcher } = await world((read) => (places) => {
      if (isAway) return Promise.reject(new Error('gone'))
      return read(places)
    })
    const { next } = await watcher()
    const { frame } = await next()
    isAway = true
    await vi.waitFor(async () => {
      const later = (await next()).frame
      expect(later.problem).toBe('Valkey cannot be read: gone')
      expect(later.boards.map(({ domain }) => domain)).toEqual(frame.boards.map(({ domain }) => domain))
    })
    isAway = false
    await vi.waitFor(async () => expect((await next()).frame.problem).toBeNull())
  })

  it('gives a sign of life while Valkey takes its time', async () => {
    let isSlow = false
    const { server } = await world((read) => (places) => (isSlow ? new Promise(() => {}) : read(places)))
    const stream = (await server.app.request('/api/live')).body?.getReader()
    if (stream === undefined) throw new Error('no stream')
    open.push({ close: () => stream.cancel() })
    const chunks: string[] = []
    while (chunks.filter((chunk) => chunk === ': beat\n\n').length < 2) {
      chunks.push(new TextDecoder().decode((await stream.read()).value))
      isSlow = chunks.length > 1
    }
    expect(chunks[0]).toBe('retry: 1000\n\n')
  })

  it('ends when the console stops, and stops when nobody watches', async () => {
    const { watcher, server } = await world()
    const first = await watcher()
    await first.next()
    expect(server.live.watchers).toBe(1)
    first.close()
    await vi.waitFor(() => expect(server.live.watchers).toBe(0))
    const second = await watcher()
    await second.next()
    await server.close()
    await expect(second.next().then(() => second.next())).rejects.toThrow()
  })
})

setFlagsFromString('--expose_gc')
const collect: () => void = runInNewContext('gc')
/** After a collection, in MB. */
function usedMb(): number {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return (heapUsed + arrayBuffers) / 1e6
}

describe('slow readers', () => {
  it('a slow one gets the newest frame, and every row is sent or counted', async () => {
    const { vote, server } = await world()
    const fast = await watch(`${server.url}/api/live?after=votes:0-1:0`)
    open.push(fast)
    const response = await server.app.request('/api/live?after=votes:0-1:0')
    const slow = response.body?.getReader()
    if (slow === undefined) throw new Error('no stream')
    open.push({ close: () => slow.cancel() })
    const frames: LiveFrame[] = []
    const read = async (): Promise<void> => {
      const text = new TextDecoder().decode((await slow.read()).value)
      const data = /^data: (.*)$/m.exec(text)?.[1]
      if (data !== undefined) frames.push(JSON.parse(data))
    }
    // A sign of life may come before it, where nothing else does for long.
    while (frames.length < 1) await read()
    const ROUNDS = 30
    let newest = 0
    for (let round = 0; round < ROUNDS; round++) {
      await vote(20)
      newest = (await fast.next()).frame.tick
    }
    while (frames.length < 2) await read()
    expect(frames[1]?.tick).toBeGreaterThanOrEqual(newest)
    expect(frames[1]?.skipped[0]?.rows).toBeGreaterThan(0)
    while (frames.at(-1)?.rows.at(-1)?.number !== ROUNDS * 20) await read()
    const sent = frames.reduce((sum, { rows }) => sum + rows.length, 0)
    const skipped = frames.reduce((sum, one) => sum + one.skipped.reduce((of, { rows }) => of + rows, 0), 0)
    expect(sent + skipped).toBe(ROUNDS * 20)
  })

  it('200 watchers and one that never reads: memory is flat', async () => {
    const { vote, server } = await world()
    const never = connect(server.port, '127.0.0.1')
    open.push({ close: () => never.destroy() })
    never.pause()
    never.write('GET /api/live HTTP/1.1\r\nHost: x\r\n\r\n')
    const watchers = await Promise.all(range(1, 200).map(() => watch(`${server.url}/api/live`)))
    open.push(...watchers)
    for (const { response } of watchers) response.resume()
    await vi.waitFor(() => expect(server.live.watchers).toBe(201))
    const ticks = async (count: number): Promise<void> => {
      const probe = await watch(`${server.url}/api/live`)
      const { frame: first } = await probe.next()
      for (let tick = first.tick; tick < first.tick + count; ) {
        await vote(50)
        tick = (await probe.next()).frame.tick
      }
      probe.close()
    }
    // Until the socket of the one is full and everybody's buffers have their size.
    await ticks(40)
    const before = usedMb()
    await ticks(80)
    // What is on its way to 200 watchers on a busy machine is no growth: it is gone once they have read it.
    await vi.waitFor(() => expect(usedMb() - before).toBeLessThan(10), { timeout: 20_000, interval: 500 })
    expect(server.live.watchers).toBeGreaterThanOrEqual(201)
  }, 60_000)
})
