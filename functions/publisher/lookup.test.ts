import { expect, it } from 'vitest'
import { orders } from '../_core/domains/orders.ts'
import { Failure } from '../_core/errors.ts'
import { memoryPorts } from '../_testing/ports.ts'
import { lookupService } from './lookup.ts'

/** What is asked of the console for an id, or gRPC's status. */
async function askedFor(id: string): Promise<string | number> {
  if (orders.lookup === undefined) throw new Error('nobody can ask for an order')
  let asked = ''
  const { implementation } = lookupService(orders, orders.lookup, memoryPorts(), async (path) => {
    asked = path
    throw new Failure('notFound', 'nobody knows it, or not yet')
  })
  const method = implementation.method as (call: object, done: (error: { code: number }) => void) => void
  const code = await new Promise<number>((resolve) => {
    method({ request: { id }, metadata: { get: () => [] }, once: () => {}, on: () => {} }, (error) =>
      resolve(error.code),
    )
  })
  return asked === '' ? code : asked
}

const INVALID_ARGUMENT = 3

it.each<[string, string | number]>([
  ['A-1', '/pedidos/A-1'],
  ['a/b ñ', '/pedidos/a%2Fb%20%C3%B1'],
  ['', INVALID_ARGUMENT],
  // As a part of a URL it leads out of the path.
  ['..', INVALID_ARGUMENT],
  ['.', INVALID_ARGUMENT],
  ['x'.repeat(129), INVALID_ARGUMENT],
])('for %j the console is asked %j', async (id, asked) => {
  expect(await askedFor(id)).toBe(asked)
})
