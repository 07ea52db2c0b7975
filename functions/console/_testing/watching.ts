/** A console on a socket over a Valkey prefix of its own, and those who watch it, as browsers do. */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { Redis } from 'ioredis'
import { serveHttp } from '../../_adapters/http/server.ts'
import { valkeyCounter } from '../../_adapters/valkey/counter/counter.ts'
import { domains } from '../../_core/domains/index.ts'
import { voteOf } from '../../_testing/counter-suite.ts'
import { memoryPorts } from '../../_testing/ports.ts'
import type { LiveFrame } from '../api.ts'
import { catalogueOf } from '../catalogue.ts'
import { consoleHandler } from '../handler.ts'
import { Live } from '../live.ts'
import { type Read, reader } from '../reading.ts'
import { sender } from '../send/endpoints.ts'
import { UNKNOWN_PIPELINE, UNKNOWN_PROOF } from '../unknown.ts'

const TICK_MS = 25
const BEAT_MS = 200

export interface ConsoleOptions {
  readonly prefix: string
  /** Between Valkey and the ticks. */
  readonly around?: (read: Read) => Read
}

export async function startConsole(redis: Redis, { prefix, around = (read) => read }: ConsoleOptions) {
  const ports = memoryPorts()
  const source = { client: redis, domains, prefix, clock: Date.now }
  const [pipeline, proof] = [() => UNKNOWN_PIPELINE, () => UNKNOWN_PROOF]
  const read = around(reader(source))
  const live = new Live({
    read,
    pipeline,
    proof,
    clock: Date.now,
    log: ports.log,
    tickMs: TICK_MS,
    beatMs: BEAT_MS,
  })
  const addresses = { valkeyCli: 'valkey-cli', consoleUrl: 'http://127.0.0.1:8083', prefix }
  const catalogue = catalogueOf(domains, { addresses, grafanaUrl: null })
  const send = { targets: {}, sender: sender({}) }
  const fresh = async () => {}
  const app = consoleHandler({ ...ports, source, live, catalogue, addresses, pipeline, proof, fresh, send })
  const server = await serveHttp(app, { host: '127.0.0.1', port: 0 })
  return {
    app,
    live,
    port: server.port,
    url: `http://127.0.0.1:${server.port}`,
    close: async () => {
      live.close()
      await server.close()
    },
  }
}

/** Votes with numbers of their own. */
export function voterIn(redis: Redis, prefix: string) {
  const counter = valkeyCounter(redis, { prefix })
  const source = `/ingest/${randomUUID().replaceAll('-', '').slice(0, 12)}`
  let last = 0
  return async (votes: number): Promise<void> => {
    const batch = Array.from({ length: votes }, () => ({ ...voteOf(++last), source }))
    const failed = (await counter.apply(batch)).find((outcome) => outcome !== undefined)
    if (failed !== undefined) throw failed
  }
}

export interface SeenFrame {
  readonly id: string
  readonly text: string
  readonly frame: LiveFrame
}

/** Reads frames one after the other; between two it does not read the socket. */
export async function watch(url: string, headers: Record<string, string> = {}) {
  const request = get(url, { headers, agent: false })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  const frames = framesIn(response)
  return {
    response,
    next: async (): Promise<SeenFrame> => {
      const { value, done } = await frames.next()
      if (done) throw new Error('the stream has ended')
      return value
    },
    close: () => void request.destroy(),
  }
}

async function* framesIn(response: AsyncIterable<Buffer>): AsyncGenerator<SeenFrame, undefined> {
  let text = ''
  for await (const chunk of response) {
    text += chunk.toString()
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const message = text.slice(0, end)
      text = text.slice(end + 2)
      const [, id = '', data = ''] = /^id: (.*)\nevent: frame\ndata: (.*)$/.exec(message) ?? []
      if (data !== '') yield { id, text: message, frame: JSON.parse(data) }
    }
  }
  return undefined
}
