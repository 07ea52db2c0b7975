/** What each step says of itself while the next one is away, and when it is back: on sockets, asked as people and probes do. */
import { createServer, type Server } from 'node:http'
import { Client, credentials } from '@grpc/grpc-js'
import { afterEach, expect, it } from 'vitest'
import { publisherClient } from '../_adapters/grpc/client.ts'
import { unary } from '../_adapters/grpc/definitions.ts'
import { serveGrpc } from '../_adapters/grpc/server.ts'
import { READINESS_SERVICE, type ServerHealth, standardServices } from '../_adapters/grpc/standard.ts'
import { bridgeClient } from '../_adapters/http/bridge-client.ts'
import { serveHttp } from '../_adapters/http/server.ts'
import { HealthCheckResponse_ServingStatus, HealthDefinition } from '../_core/gen/health/v1/health.ts'
import { healthOf } from '../_runtime/health.ts'
import { bridgeHandler } from '../bridge/handler.ts'
import { ingestHandler } from '../ingest/handler.ts'
import { healthy, memoryPorts, memorySink } from './ports.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const part of open.splice(0).reverse()) await part.close()
})

const WITHIN = { timeout: 10_000 }
const lifecycle = { readiness: () => undefined }
const { SERVING, NOT_SERVING } = HealthCheckResponse_ServingStatus
const at = (port = 0) => ({ host: '127.0.0.1', port })
const services = (health: ServerHealth) => standardServices(memoryPorts().registry, health)

const asked = async (port: number, path: string) => {
  const response = await fetch(`http://127.0.0.1:${port}${path}`)
  const { reason } = (await response.json()) as { reason?: string }
  return { status: response.status, reason }
}

it('bridge and ingest say within 10 s that what is behind them is away, and that it is back', async () => {
  let kafka: string | undefined
  const publisher = await serveGrpc(services({ ...healthy, health: async () => kafka }), at())
  const toPublisher = publisherClient(`127.0.0.1:${publisher.port}`, 1)
  const ports = { ...memoryPorts(), submit: memorySink().submit }
  const bridge = await serveHttp(
    bridgeHandler({ ...ports, ...healthOf({ lifecycle, ask: toPublisher.ask }) }),
    at(),
  )
  const toBridge = bridgeClient(`http://127.0.0.1:${bridge.port}`)
  const ingest = await serveHttp(
    ingestHandler({ ...ports, ...healthOf({ lifecycle, ask: toBridge.ask }) }),
    at(),
  )
  open.push(toPublisher, bridge, toBridge, ingest)
  const both = async () => [await asked(bridge.port, '/health'), await asked(ingest.port, '/health')]
  const ready = { status: 200 }
  const notReady = { status: 503, reason: expect.stringContaining('publisher') }

  expect(await both()).toMatchObject([ready, ready])
  kafka = 'Kafka is unavailable'
  await expect.poll(both, WITHIN).toMatchObject([notReady, notReady])
  kafka = undefined
  await expect.poll(both, WITHIN).toMatchObject([ready, ready])
  await publisher.close()
  await expect.poll(both, WITHIN).toMatchObject([notReady, notReady])
  // Probes ask for the process alone: none is taken out, and each answers for itself.
  expect(await asked(bridge.port, '/ready')).toMatchObject(ready)
  expect(await asked(ingest.port, '/ready')).toMatchObject(ready)
  open.push(await serveGrpc(services(healthy), at(publisher.port)))
  await expect.poll(both, WITHIN).toMatchObject([ready, ready])
})

it('a step that hangs is away', async () => {
  const hanging: Server = createServer(() => {})
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve))
  const { port } = hanging.address() as { port: number }
  const bridge = bridgeClient(`http://127.0.0.1:${port}`)
  const publisher = publisherClient(`127.0.0.1:${port}`, 1)
  const reasons = Promise.all(
    [bridge, publisher].map((step) => healthOf({ lifecycle, ask: step.ask }).health()),
  )
  expect(await reasons).toEqual([expect.stringContaining('no answer'), expect.stringContaining('publisher')])
  bridge.close()
  publisher.close()
  hanging.closeAllConnections()
  hanging.close()
})

it('a step without such a route is there', async () => {
  const other: Server = createServer((_, response) => response.writeHead(404).end('no'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const bridge = bridgeClient(`http://127.0.0.1:${(other.address() as { port: number }).port}`)
  open.push(other, bridge)
  expect(await bridge.ask()).toBeUndefined()
})

it('the publisher is not serving without Kafka, and a probe may send it calls all the same', async () => {
  const server = await serveGrpc(services({ ...healthy, health: async () => 'Kafka is unavailable' }), at())
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
  open.push(server, client)
  const { path, requestSerialize, responseDeserialize } = unary(
    HealthDefinition.fullName,
    HealthDefinition.methods.check,
  )
  const check = (service: string) =>
    new Promise((resolve) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { service }, (_, answer) =>
        resolve(answer?.status),
      )
    })
  expect(await check('')).toBe(NOT_SERVING)
  expect(await check('blackfriday.ProductSaleService')).toBe(NOT_SERVING)
  expect(await check(READINESS_SERVICE)).toBe(SERVING)
})
