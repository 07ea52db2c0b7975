import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { scraper } from './scrape.ts'

const ALIVE = '127.0.0.1'
/** The same machine, where nobody listens. */
const GONE = '127.0.0.2'

async function scraped(addresses: readonly string[]) {
  const server = createServer((_, response) => response.end('up{pod="one"} 1\n')).listen(0, ALIVE)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const pods = scraper(async () => [...addresses])
  onTestFinished(() => {
    pods.close()
    server.close()
  })
  return pods.scrape(`http://ingest-pods:${port}/metrics`)
}
const ALIVE_POD = [ALIVE, [{ name: 'up', labels: { pod: 'one' }, value: 1 }]]

it.each([
  ['one pod', [ALIVE], [ALIVE_POD]],
  ['a pod beside one that is gone', [GONE, ALIVE], [ALIVE_POD]],
  ['no pod: scaled to zero', [], []],
])('%s', async (_, addresses, expected) => {
  expect([...(await scraped(addresses))]).toEqual(expected)
})

it('only pods that are gone: says why', async () => {
  await expect(scraped([GONE])).rejects.toThrow(/ECONNREFUSED 127\.0\.0\.2/)
})
