/**
 * Serves the built pages and answers the console's contract from a made-up world. Every answer goes through the
 * contract's own schema, so that this cannot drift from it. For states that the real system takes long to get into.
 */
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import type * as z from 'zod'
import {
  DeadLetterPage,
  EventPage,
  eventsQuery,
  History,
  Journey,
  JourneyPage,
  LiveFrame,
  type Row,
  SendAnswer,
  SendTargets,
  SeriesAnswer,
  type Skipped,
} from '../api.ts'
import { catalogue } from './catalogue.ts'
import { deadLetters, journeyOf, sendAnswer } from './samples.ts'
import { pipelineOf, proofOf } from './system.ts'
import { seriesOf, type World } from './world.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
/** As the real one sends it. */
const POLICY = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

type Place = Readonly<Record<string, number>>
const cursorOf = (place: Place): string => Buffer.from(JSON.stringify(place)).toString('base64url')
const placeOf = (cursor: string): Place => JSON.parse(Buffer.from(cursor, 'base64url').toString())

interface Watcher {
  readonly response: ServerResponse
  place: Place | undefined
}

export class Fixture {
  readonly world: World
  readonly #dir: string
  readonly #watchers = new Set<Watcher>()
  readonly #server = createServer((request, response) => void this.#answer(request, response))
  #tick = 0
  /** What could not be read; boards are then of when it began. */
  problem: string | null = null
  missing = 0
  /** Rows of a domain in one frame. */
  frameRows = 200
  bottleneck: Partial<ReturnType<typeof pipelineOf>['bottleneck']> = {}
  #problemSinceMs = 0
  url = ''

  constructor(world: World, dir: string) {
    this.world = world
    this.#dir = dir
  }

  async listen(port = 0): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve))
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    this.url = `http://127.0.0.1:${address.port}`
  }

  get port(): number {
    return Number(new URL(this.url).port)
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  get watchers(): number {
    return this.#watchers.size
  }

  fail(problem: string | null): void {
    this.problem = problem
    this.#problemSinceMs = Date.now()
  }

  /** One frame to everybody. */
  tick(): void {
    this.#tick += 1
    for (const watcher of this.#watchers) this.#send(watcher)
  }

  #place(): Place {
    return Object.fromEntries(catalogue.domains.map(({ name }) => [name, this.world.of(name).length]))
  }

  #send(watcher: Watcher): void {
    const now = this.#place()
    const rows: Row[] = []
    const skipped: Skipped[] = []
    for (const { name } of catalogue.domains) {
      const from = watcher.place?.[name] ?? Math.max(0, (now[name] ?? 0) - this.frameRows)
      const fresh = this.world.of(name).slice(from)
      const sent = fresh.slice(-this.frameRows)
      rows.push(...sent)
      const shed = fresh.length - sent.length
      if (shed === 0) continue
      const [after, before] = [from, from + shed + 1].map((at) => cursorOf({ ...now, [name]: at }))
      skipped.push({ domain: name, rows: shed, lost: 0, after: after ?? '', before: before ?? '' })
    }
    rows.sort((one, other) => one.countedMs - other.countedMs || one.number - other.number)
    const frame = LiveFrame.parse({ ...this.#frame(), rows, skipped })
    watcher.place = now
    watcher.response.write(`id: ${cursorOf(now)}\nevent: frame\ndata: ${JSON.stringify(frame)}\n\n`)
  }

  #frame(): Omit<LiveFrame, 'rows' | 'skipped'> {
    const nowMs = Date.now()
    const readMs = this.problem === null ? nowMs : this.#problemSinceMs
    const boards = catalogue.domains.map(({ name }) => this.world.board(name, readMs))
    const counts = new Map(boards.map(({ domain, counted }) => [domain, counted]))
    const pipeline = pipelineOf(boards[0]?.perSecond ?? 0, readMs)
    return {
      tick: this.#tick,
      nowMs,
      problem: this.problem,
      boards,
      pipeline: { ...pipeline, bottleneck: { ...pipeline.bottleneck, ...this.bottleneck } },
      proof: proofOf(counts, readMs, this.missing),
      restarted: [],
      watchers: this.#watchers.size,
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://console')
    if (url.pathname === '/api/live') return this.#watch(url, response)
    const json = url.pathname.startsWith('/api/') ? this.#api(url, request.method ?? 'GET') : undefined
    if (json !== undefined) {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(json))
    } else if (url.pathname.startsWith('/api/')) {
      const problem = {
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        detail: 'there is no such thing',
      }
      response.writeHead(404, { 'Content-Type': 'application/problem+json' }).end(JSON.stringify(problem))
    } else await this.#file(url.pathname, response)
  }

  async #file(path: string, response: ServerResponse): Promise<void> {
    const name = path.startsWith('/assets/') ? path.slice(1) : 'index.html'
    const bytes = await readFile(join(this.#dir, name))
    const headers = { 'Content-Type': TYPES[extname(name)] ?? '', 'Content-Security-Policy': POLICY }
    response.writeHead(200, headers).end(bytes)
  }

  #watch(url: URL, response: ServerResponse): void {
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
    const after = url.searchParams.get('after')
    const watcher: Watcher = { response, place: after === null ? undefined : placeOf(after) }
    this.#watchers.add(watcher)
    response.on('close', () => this.#watchers.delete(watcher))
    this.#send(watcher)
  }

  #api(url: URL, method: string): unknown {
    const query = Object.fromEntries(url.searchParams)
    const asOfMs = Date.now()
    const [, , topic, domain = '', kind, figure = ''] = url.pathname.split('/').map(decodeURIComponent)
    if (topic === 'catalogue') return catalogue
    if (topic === 'events') return this.#events(eventsQuery.parse(query))
    if (topic === 'boards' && kind === 'series') {
      const { at, points = '60' } = query
      const bucketMs = figure.endsWith('minuto') ? 60_000 : 1000
      const series = seriesOf(
        this.world.of(domain),
        at === undefined ? asOfMs : Number(at),
        bucketMs,
        Number(points),
      )
      return SeriesAnswer.parse({
        figure,
        asOfMs,
        atMs: at === undefined ? null : Number(at),
        keptSinceMs: 0,
        series,
      })
    }
    if (topic === 'boards' && kind === 'histories') {
      const points = this.world
        .of(domain)
        .slice(-20)
        .map(({ countedMs, value, receipt }) => ({
          timeMs: countedMs,
          value: value.precio ?? '0.00',
          receipt,
        }))
      return History.parse({ figure, asOfMs, queries: [], points })
    }
    if (topic === 'journeys') return JourneyPage.parse({ asOfMs, items: [] })
    if (topic === 'journey') {
      const row = this.world.rows.find(({ receipt }) => receipt === query.receipt)
      return row === undefined ? undefined : Journey.parse(journeyOf(row, asOfMs))
    }
    if (topic === 'dead-letters') return DeadLetterPage.parse(deadLetters(asOfMs))
    if (topic === 'send' && method === 'GET') {
      const targets = (['rest', 'bridge', 'grpc'] as const).map((endpoint) => ({
        endpoint,
        address: `${endpoint}:80`,
      }))
      return SendTargets.parse({ enabled: true, targets })
    }
    if (topic === 'send') {
      this.world.count('sales', 3)
      return SendAnswer.parse(sendAnswer(this.world.of('sales').slice(-3)))
    }
    return undefined
  }

  #events({ domain, at, since, text = '', after, before, limit }: z.infer<typeof eventsQuery>): EventPage {
    const now = this.#place()
    const end = before === undefined ? undefined : placeOf(before)
    const start = after === undefined ? undefined : placeOf(after)
    const [low, high] = [since, at].map((moment) => (moment === undefined ? undefined : Number(moment)))
    const all = this.world.rows.toReversed().filter((row) => {
      const { domain: name, number, countedMs } = row
      if (domain !== undefined && name !== domain) return false
      if (number >= (end?.[name] ?? Infinity) || number <= (start?.[name] ?? 0)) return false
      if (countedMs < (low ?? 0) || countedMs > (high ?? Infinity)) return false
      return `${row.receipt} ${Object.values(row.value).join(' ')}`.toLowerCase().includes(text.toLowerCase())
    })
    const rows = all.slice(0, limit)
    const place = { ...now, ...end }
    for (const { domain: name, number } of rows) place[name] = number
    return EventPage.parse({
      asOfMs: Date.now(),
      atMs: high ?? null,
      rows,
      next: all.length > rows.length ? cursorOf(place) : null,
      cursor: cursorOf(now),
      scanned: this.world.rows.length,
      kept: Object.fromEntries(
        Object.entries(now).map(([name, total]) => [name, { rows: total, total, oldestMs: null }]),
      ),
    })
  }
}
