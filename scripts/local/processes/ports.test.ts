import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePort } from '../../lib/free-port.ts'
import { assertPortsFree } from './ports.ts'

test('free ports are no problem', async () => {
  const [first, second] = [await freePort(), await freePort()]
  await assertPortsFree([
    { port: first, setting: 'INGEST_PORT' },
    { port: second, setting: 'KAFKA_PORT' },
  ])
})

test('the error names each port that is taken, its setting and its holder', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const check = assertPortsFree([
    { port: address.port, setting: 'KAFKA_PORT' },
    { port: address.port, setting: 'VALKEY_PORT' },
  ])
  const holder = process.platform === 'linux' ? ` by process ${process.pid} \\(.+\\)` : '.*'
  await expect(check).rejects.toThrow(
    new RegExp(
      `port ${address.port} is in use${holder}; set KAFKA_PORT .*VALKEY_PORT.*KAFKA_PORT and VALKEY_PORT are both`,
      's',
    ),
  )
  server.close()
})
