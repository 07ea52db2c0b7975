import { status } from '@grpc/grpc-js'
import { expect, it, onTestFinished } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import type { Event } from '../../_core/event.ts'
import { SOURCE } from '../../_testing/ports.ts'
import { publisherClient } from './client.ts'
import { type BatchResponse, methodsOf } from './definitions.ts'
import { serveGrpc } from './server.ts'

const [domain] = domains
if (domain === undefined) throw new Error('there is no domain')
const value = domain.examples[0]?.stored ?? {}
const event: Event = { id: '1', source: SOURCE, time: '2026-11-27T12:00:00Z', domain, value }

type Answer = { code: number; details: string } | BatchResponse

async function outcomeWhen(answer: Answer): Promise<string | undefined> {
  const { batch } = methodsOf(domain?.grpc as never)
  const reply = (_call: unknown, callback: (error: object | null, response?: BatchResponse) => void) =>
    'code' in answer ? callback(answer) : callback(null, answer)
  const services = [{ definition: { batch }, implementation: { batch: reply } }]
  const server = await serveGrpc(services, { host: '127.0.0.1', port: 0 })
  const client = publisherClient(`127.0.0.1:${server.port}`, 1)
  onTestFinished(async () => {
    client.close()
    await server.close()
  })
  const [outcome] = await client.send([event])
  return outcome?.code
}

const call = (code: number): Answer => ({ code, details: 'no' })
const item = (codigo: number): Answer => ({
  resultados: [{ exito: codigo === 0, codigo, motivo: 'no', id: '' }],
})

it.each([
  ['stored', item(status.OK), undefined],
  ['an item that is invalid', item(status.INVALID_ARGUMENT), 'invalid'],
  ['an item for which the queue was full', item(status.RESOURCE_EXHAUSTED), 'busy'],
  ['an item that met a defect', item(status.INTERNAL), 'internal'],
  ['a call that was refused', call(status.RESOURCE_EXHAUSTED), 'busy'],
  ['a call whose stream broke: it may be stored', call(status.INTERNAL), 'unavailable'],
  ['a call past its deadline: it may be stored', call(status.DEADLINE_EXCEEDED), 'unavailable'],
])('%s', async (_, answer, code) => {
  expect(await outcomeWhen(answer)).toBe(code)
})
