import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { problem } from '../../_adapters/http/problem.ts'
import { domains } from '../../_core/domains/index.ts'
import { asFailure } from '../../_core/errors.ts'
import { type Servers, startServers } from '../../_testing/servers.ts'
import { SendAnswer, SendTargets } from '../api.ts'
import { SENDS_PER_SECOND } from '../limits.ts'
import { type Sender, sender, type Targets } from './endpoints.ts'
import { addSend } from './routes.ts'

let servers: Servers
let targets: Targets
const open: Sender[] = []
beforeAll(async () => {
  servers = await startServers()
  const { ingest, bridge, publisher } = servers.port
  targets = {
    rest: `http://127.0.0.1:${ingest}`,
    bridge: `http://127.0.0.1:${bridge}`,
    grpc: `127.0.0.1:${publisher}`,
  }
})
afterAll(async () => {
  for (const one of open) one.close()
  await servers.close()
})

function formOver(to: Targets = targets) {
  const form = sender(to)
  open.push(form)
  const app = new Hono()
  app.onError((error, c) => problem(c, asFailure(error)))
  let ms = 0
  // Each send is in a second of its own.
  addSend(app, { domains, targets: to, sender: form, clock: () => (ms += 1_000) })
  return (body: unknown, headers: Record<string, string> = {}) =>
    app.request('/api/send', {
      method: 'POST',
      headers: { host: 'console', 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
}
const ENDPOINTS = ['rest', 'bridge', 'grpc'] as const

describe('the form', () => {
  it.each(domains)(
    'sends $name through every endpoint, and each gives a receipt',
    async ({ name, examples }) => {
      const value = examples[0]?.sent ?? {}
      const before = servers.events.length
      const response = await formOver()({ domain: name, endpoints: ENDPOINTS, value })
      const { results } = SendAnswer.parse(await response.json())
      expect(results.map(({ endpoint, ok, status }) => [endpoint, ok, status])).toEqual([
        ['rest', true, 200],
        ['bridge', true, 200],
        ['grpc', true, 0],
      ])
      const stored = servers.events.slice(before).map(({ source, id }) => `${source}#${id}`)
      expect(results.map(({ receipt }) => receipt)).toEqual(stored)
      expect(servers.events.slice(before).map((event) => event.traceparent)).toEqual(
        results.map(({ traceparent }) => traceparent),
      )
      expect(results.every(({ durationMs }) => durationMs > 0)).toBe(true)
      expect(results.map(({ command }) => command.split(' ')[0])).toEqual(['curl', 'curl', 'grpcurl'])
    },
  )

  it('shows what an endpoint answers to a wrong one', async () => {
    const [domain] = domains
    const value = { ...domain?.examples[0]?.sent, [domain?.fields[2]?.name ?? '']: -1 } as object
    const response = await formOver()({ domain: domain?.name, endpoints: ENDPOINTS, value })
    const { results } = SendAnswer.parse(await response.json())
    expect(results.map(({ ok, status, receipt }) => [ok, status, receipt])).toEqual([
      [false, 422, null],
      [false, 422, null],
      [false, 3, null],
    ])
    for (const { answer } of results) expect(answer).toContain(domain?.fields[2]?.name)
  })

  it('says that nobody answers', async () => {
    const [domain] = domains
    const send = formOver({ rest: 'http://127.0.0.1:1', grpc: '127.0.0.1:1' })
    const value = domain?.examples[0]?.sent
    const response = await send({ domain: domain?.name, endpoints: ['rest', 'grpc'], value })
    const { results } = SendAnswer.parse(await response.json())
    expect(results).toMatchObject([
      { ok: false, status: null, answer: expect.stringContaining('ECONNREFUSED') },
      { ok: false, status: 14 },
    ])
  })

  it.each([
    ['another site', { origin: 'https://evil.example' }, 400],
    ['another site, by fetch metadata', { 'sec-fetch-site': 'cross-site' }, 400],
    ['a form of another site', { 'content-type': 'text/plain' }, 415],
    ['its own page', { origin: 'http://console', 'sec-fetch-site': 'same-origin' }, 200],
  ])('%s', async (_, headers, status) => {
    const [domain] = domains
    const body = { domain: domain?.name, endpoints: ['rest'], value: domain?.examples[0]?.sent }
    expect((await formOver()(body, headers)).status).toBe(status)
  })

  it.each([
    ['no JSON', '{', 400],
    ['an unknown domain', { domain: 'x', endpoints: ['rest'], value: {} }, 422],
    ['an unknown endpoint', { domain: 'sales', endpoints: ['fax'], value: {} }, 422],
    ['no endpoint', { domain: 'sales', endpoints: [], value: {} }, 422],
    ['an object within', { domain: 'sales', endpoints: ['rest'], value: { a: {} } }, 422],
  ])('%s is a problem', async (_, body, status) => {
    expect((await formOver()(body)).status).toBe(status)
  })

  it('is off where nobody has named targets, and bounded where somebody has', async () => {
    const off = new Hono()
    off.onError((error, c) => problem(c, asFailure(error)))
    addSend(off, { domains, targets: {}, sender: sender({}), clock: () => 0 })
    expect(SendTargets.parse(await (await off.request('/api/send')).json())).toEqual({
      enabled: false,
      targets: [],
    })
    expect((await off.request('/api/send', { method: 'POST' })).status).toBe(404)
    const app = new Hono()
    app.onError((error, c) => problem(c, asFailure(error)))
    const idle: Sender = { ...sender({}), send: async () => ({}) as never }
    addSend(app, { domains, targets, sender: idle, clock: () => 0 })
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ domain: 'sales', endpoints: ['rest'], value: {} }),
    }
    const statuses: number[] = []
    for (let sent = 0; sent <= SENDS_PER_SECOND; sent++) {
      statuses.push((await app.request('/api/send', init)).status)
    }
    expect(statuses.filter((status) => status === 200).length).toBe(SENDS_PER_SECOND)
    expect(statuses.at(-1)).toBe(429)
  })
})
