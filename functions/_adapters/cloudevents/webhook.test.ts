import { expect, it } from 'vitest'
import { memoryPorts, memorySink } from '../../_testing/ports.ts'
import { ingestHandler } from '../../ingest/handler.ts'

const ask = async (webhookOrigins: readonly string[] | undefined, headers: Record<string, string>) => {
  const ports = { ...memoryPorts(), submit: memorySink().submit }
  const app = ingestHandler(webhookOrigins === undefined ? ports : { ...ports, webhookOrigins })
  const answer = await app.request('/', { method: 'OPTIONS', headers })
  const of = (name: string) => answer.headers.get(name)
  return [answer.status, of('webhook-allowed-origin'), of('webhook-allowed-rate'), of('allow')]
}
const REQUEST = { 'webhook-request-origin': 'EventEmitter.example.com', 'webhook-request-rate': '120' }
const REFUSED = [204, null, null, 'POST, OPTIONS']

it.each([
  ['nobody by default', undefined, REQUEST, REFUSED],
  [
    'a sender of the list',
    ['a.example', 'eventemitter.example.com'],
    REQUEST,
    [200, 'EventEmitter.example.com', '*', 'POST, OPTIONS'],
  ],
  ['all', ['*'], REQUEST, [200, 'EventEmitter.example.com', '*', 'POST, OPTIONS']],
  ['one that asks for no rate', ['*'], { 'webhook-request-origin': 'x' }, [200, 'x', '*', 'POST, OPTIONS']],
  ['no other', ['a.example'], REQUEST, REFUSED],
  ['an OPTIONS that is no handshake', ['*'], {}, REFUSED],
])('permits %s', async (_, origins, headers, answer) => {
  expect(await ask(origins, headers)).toEqual(answer)
})
