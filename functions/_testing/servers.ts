/** The functions on sockets, with ports in memory. */
import type { Hono } from 'hono'
import { serveGrpc } from '../_adapters/grpc/server.ts'
import { serveHttp } from '../_adapters/http/server.ts'
import { aggregatorHandler } from '../aggregator/handler.ts'
import { bridgeHandler } from '../bridge/handler.ts'
import { ingestHandler } from '../ingest/handler.ts'
import { publisherHandler } from '../publisher/handler.ts'
import { memoryLog, memoryPorts, memorySink } from './ports.ts'

export async function startServers() {
  const sink = memorySink()
  const log = memoryLog()
  const ports = { ...memoryPorts(), log, submit: sink.submit }
  const at = { host: '127.0.0.1', port: 0 }
  const serve = (app: Hono) => serveHttp(app, at)
  const ingest = await serve(ingestHandler(ports))
  const bridge = await serve(bridgeHandler(ports))
  const aggregator = await serve(aggregatorHandler(ports))
  const publisher = await serveGrpc(publisherHandler(ports), at)
  return {
    port: {
      ingest: ingest.port,
      bridge: bridge.port,
      aggregator: aggregator.port,
      publisher: publisher.port,
    },
    events: sink.events,
    /** What no client may ever cause. */
    defects: () => log.lines.filter(({ level }) => level === 'error'),
    close: async () => {
      for (const server of [ingest, bridge, aggregator, publisher]) await server.close()
    },
  }
}

export type Servers = Awaited<ReturnType<typeof startServers>>
