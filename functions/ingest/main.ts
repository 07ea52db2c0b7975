import { bridgeClient } from '../_adapters/http/bridge-client.ts'
import { serveHttp } from '../_adapters/http/server.ts'
import { sizeOf } from '../_core/event.ts'
import { BRIDGE_DEADLINE_MS } from '../_core/limits.ts'
import { registryOf } from '../_core/registry.ts'
import { stamper } from '../_core/stamp.ts'
import { startRuntime } from '../_runtime/function.ts'
import { createHop } from '../_runtime/hop.ts'
import { freshIdentities } from '../_runtime/instance.ts'
import { run } from '../_runtime/lifecycle.ts'
import { listenAt } from '../_runtime/settings.ts'
import { knownDomains, settings } from './env.ts'
import { ingestHandler } from './handler.ts'

void run(async () => {
  const env = settings()
  const { log, metrics, lifecycle } = startRuntime('ingest', env)
  const bridge = bridgeClient(env.BRIDGE_URL)
  lifecycle.onClose('bridge client', bridge.close)
  const hop = createHop({
    to: 'bridge',
    send: bridge.send,
    sizeOf,
    metrics,
    retryWithinMs: BRIDGE_DEADLINE_MS / 2,
  })
  lifecycle.onClose('coalescer', hop.close)
  const app = ingestHandler({
    metrics,
    log,
    readiness: lifecycle.readiness,
    registry: registryOf(knownDomains()),
    stamper: stamper(freshIdentities('ingest'), Date.now),
    clock: Date.now,
    submit: hop.submit,
  })
  const server = await serveHttp(app, listenAt(env.PORT, env.INGEST_PORT))
  lifecycle.onClose('server', server.close)
  log.info({ port: server.port }, 'listening')
})
