/** Whether Kafka is there, as the publisher's health asks it: through a relay that is closed, and one that hangs. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterAll, expect, inject, it } from 'vitest'
import { memoryLog } from '../../_testing/ports.ts'
import { kafkaClient } from './connect.ts'
import { kafkaLog } from './event-log.ts'

const [host = '', port = ''] = inject('kafkaBrokers').split(':')
let passes = true
const sockets = new Set<Socket>()
const relay = createServer((socket) => {
  const kafka = connect(Number(port), host)
  for (const one of [socket, kafka]) {
    sockets.add(one)
    one.on('error', () => {})
    one.on('close', () => [socket, kafka].forEach((either) => void either.destroy()))
  }
  socket.on('data', (chunk) => void (passes && kafka.write(chunk)))
  kafka.on('data', (chunk) => void (passes && socket.write(chunk)))
})
const cut = (): void => {
  for (const socket of sockets) socket.destroy()
}
const listen = async (at = 0): Promise<number> => {
  relay.listen(at, '127.0.0.1')
  await once(relay, 'listening')
  return (relay.address() as AddressInfo).port
}
afterAll(() => {
  cut()
  relay.close()
})

it('is asked whether it is there, and says so again when it is back', async () => {
  const at = await listen()
  const client = kafkaClient('test', { KAFKA_BROKERS: [`127.0.0.1:${at}`] }, memoryLog())
  const log = kafkaLog(client, memoryLog(), { form: 'packed', instance: '0123456789ab' })
  await expect.poll(log.readiness, { timeout: 20_000 }).toBeUndefined()
  expect(await log.ask()).toBeUndefined()
  passes = false
  expect(await log.ask()).toMatch(/^Kafka is unavailable: no answer in \d+ ms$/)
  relay.close()
  cut()
  expect(await log.ask()).toMatch(/^Kafka is unavailable: /)
  // What the producer knows by itself: nothing.
  expect(log.readiness()).toBeUndefined()
  passes = true
  await listen(at)
  await expect.poll(log.ask, { timeout: 20_000 }).toBeUndefined()
  await log.close()
})
