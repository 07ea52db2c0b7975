import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import type { Kubectl } from './kube.ts'
import { smoke } from './smoke.ts'

interface Sale {
  readonly key: string | undefined
  readonly precio: number
}

/** An ingress that gives these answers in turn, and a Valkey that has counted what it said 200 to. */
async function context(statuses: number[], lowest: string) {
  const sales: Sale[] = []
  const server = createServer(async (request, response) => {
    const { precio }: { precio: number } = JSON.parse(await text(request))
    sales.push({ key: request.headers['idempotency-key']?.toString(), precio })
    response.writeHead(statuses[sales.length - 1] ?? 200).end()
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  const kubectl: Kubectl = {
    run: async (args) => (args.includes('GET') ? lowest : '1'),
    find: async () => undefined,
  }
  const { port } = server.address() as AddressInfo
  return { sales, server, sell: () => smoke(kubectl, `http://127.0.0.1:${port}`, 'ingest.shop') }
}

const cases: [string, number[], string, number, number][] = [
  ['sells at the lowest price', [], '9.50', 1, 9.5],
  ['and at 1 where nothing was sold', [], '', 1, 1],
  ['again, after 503 and 429', [503, 429], '2.00', 3, 2],
]
test.each(cases)('%s', async (_, statuses, lowest, attempts, precio) => {
  const { sales, server, sell } = await context(statuses, lowest)
  try {
    await sell()
  } finally {
    server.close()
  }
  expect(sales.map((sale) => sale.precio)).toEqual(Array(attempts).fill(precio))
  expect(new Set(sales.map(({ key }) => key)).size).toBe(1)
  expect(sales[0]?.key).toMatch(/^smoke-\d+$/)
})

test('anything else is a failure at once', async () => {
  const { sales, server, sell } = await context([422], '')
  await expect(sell()).rejects.toThrow('422')
  server.close()
  expect(sales).toHaveLength(1)
})
