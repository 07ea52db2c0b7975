/** Bytes on the wire: a relay between client and server counts what goes through it, whatever the protocol. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { ClientProcess } from '../client/process.ts'
import type { Arm } from './arm.ts'
import type { Wire } from './report.ts'

const REQUESTS = 50
const HOST = '127.0.0.1'

/** One after the other on a single connection: what is sent does not depend on the machine. */
export async function measureWire({ spec, target, counts }: Arm): Promise<Wire> {
  const url = new URL(target.address.includes('://') ? target.address : `grpc://${target.address}`)
  const relay = await startRelay(url.hostname, Number(url.port))
  const at = `${HOST}:${relay.port}`
  const address = target.transport === 'grpc' ? at : `http://${at}${url.pathname}`
  const client = new ClientProcess({ ...target, address, connections: 1, streams: 1 })
  try {
    const first = await client.run({ kind: 'requests', each: 1 })
    const opening = relay.passed()
    const rest = await client.run({ kind: 'requests', each: REQUESTS })
    const all = relay.passed()
    for (const sent of [first, rest]) await counts?.settle(sent)
    const events = rest.stored.reduce((sum, value) => sum + value, 0)
    return {
      arm: spec.name,
      sent: (all.sent - opening.sent) / events,
      received: (all.received - opening.received) / events,
      firstSent: opening.sent,
      firstReceived: opening.received,
    }
  } finally {
    await client.stop()
    relay.close()
  }
}

async function startRelay(host: string, port: number) {
  const passed = { sent: 0, received: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const target = connect(port, host)
    for (const socket of [client, target]) {
      sockets.add(socket.setNoDelay(true))
      socket.on('error', () => {})
    }
    client.on('data', (chunk) => {
      passed.sent += chunk.length
    })
    target.on('data', (chunk) => {
      passed.received += chunk.length
    })
    client.pipe(target)
    target.pipe(client)
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    passed: () => ({ ...passed }),
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
