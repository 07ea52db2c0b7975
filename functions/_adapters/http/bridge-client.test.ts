import { once } from 'node:events'
import { Agent, createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import { Failure } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'
import { memoryPorts, memorySink } from '../../_testing/ports.ts'
import { bridgeHandler } from '../../bridge/handler.ts'
import { bridgeClient } from './bridge-client.ts'
import { post } from './post.ts'
import { serveHttp } from './server.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close()
})

const [domain] = domains
if (domain === undefined) throw new Error('no domain')
const value = domain.examples[0]?.stored ?? {}
const events: Event[] = ['a', 'b', 'c'].map((id) => ({
  id,
  source: '/s',
  time: '2026-11-27T12:00:00Z',
  domain,
  value,
}))

/** A server that answers every request the same; undefined: never. */
async function scripted(status: number | undefined, body = ''): Promise<{ url: string; server: Server }> {
  const server = createServer((_, response) => {
    if (status !== undefined) response.writeHead(status).end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  open.push({ close: () => server.closeAllConnections() }, server)
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server }
}

async function codesFrom(url: string): Promise<(string | undefined)[]> {
  const client = bridgeClient(url)
  open.push(client)
  return (await client.send(events)).map((outcome) => outcome?.code)
}

describe('bridge client', () => {
  it('brings each event its own outcome from the bridge itself', async () => {
    const sink = memorySink(({ id }) => (id === 'b' ? new Failure('busy', 'full') : undefined))
    const app = bridgeHandler({ ...memoryPorts(), submit: sink.submit })
    const server = await serveHttp(app, { host: '127.0.0.1', port: 0 })
    open.push(server)
    expect(await codesFrom(`http://127.0.0.1:${server.port}/`)).toEqual([undefined, 'busy', undefined])
  })

  it.each([
    [429, '{"code":"busy","detail":"full"}', 'busy'],
    [422, '{"code":"invalid","detail":"no item is valid"}', 'invalid'],
    [503, '{"code":"unavailable"}', 'unavailable'],
    [502, '<html>Bad Gateway</html>', 'unavailable'],
    [200, 'not ours', 'unavailable'],
  ])('makes of %i %s: %s', async (status, body, code) => {
    const { url } = await scripted(status, body)
    expect(await codesFrom(url)).toEqual([code, code, code])
  })

  it('gives up when no answer comes', async () => {
    const { url } = await scripted(undefined)
    const answer = post(new URL(url), {}, '{}', { agent: new Agent(), deadlineMs: 50 })
    await expect(answer).rejects.toThrow('no answer for 50 ms')
  })
})
