import { bridgeClient } from '../_adapters/http/bridge-client.ts'
import { serveHttp } from '../_adapters/http/server.ts'
import { identityAssigner } from '../_core/assign-identity.ts'
import { BRIDGE_DEADLINE_MS } from '../_core/limits.ts'
import { registryOf } from '../_core/registry.ts'
import { freshIdentities, serveFunction } from '../_runtime/function.ts'
import { healthOf } from '../_runtime/health.ts'
import { clientHop } from '../_runtime/hop/hop.ts'
import { accessOf, listenAt } from '../_runtime/settings.ts'
import { knownDomains, settings } from './env.ts'
import { ingestHandler } from './handler.ts'

serveFunction('ingest', settings, async (runtime) => {
  const { env, log, metrics, lifecycle, serve, bounds } = runtime
  const bridge = bridgeClient(env.BRIDGE_URL)
  const submit = clientHop(runtime, { to: 'bridge', ...bridge, withinMs: BRIDGE_DEADLINE_MS })
  const app = ingestHandler({
    metrics,
    log,
    access: accessOf(env),
    ...healthOf({ lifecycle, ask: bridge.ask }),
    registry: registryOf(knownDomains()),
    identities: identityAssigner(freshIdentities('ingest'), Date.now, env.EVENT_PAST_DAYS),
    submit,
    webhookOrigins: env.WEBHOOK_ORIGINS,
  })
  await serve(serveHttp(app, listenAt(env.PORT, env.INGEST_PORT), bounds))
})
