import { publisherClient } from '../_adapters/grpc/client.ts'
import { serveHttp } from '../_adapters/http/server.ts'
import { identityAssigner } from '../_core/assign-identity.ts'
import { PUBLISHER_DEADLINE_MS } from '../_core/limits.ts'
import { registryOf } from '../_core/registry.ts'
import { freshIdentities, serveFunction } from '../_runtime/function.ts'
import { healthOf } from '../_runtime/health.ts'
import { clientHop } from '../_runtime/hop/hop.ts'
import { accessOf, listenAt } from '../_runtime/settings.ts'
import { knownDomains, settings } from './env.ts'
import { bridgeHandler } from './handler.ts'

serveFunction('bridge', settings, async (runtime) => {
  const { env, log, metrics, lifecycle, serve, bounds } = runtime
  const publisher = publisherClient(env.PUBLISHER_ADDR, env.PUBLISHER_CHANNELS)
  const submit = clientHop(runtime, { to: 'publisher', ...publisher, withinMs: PUBLISHER_DEADLINE_MS })
  const app = bridgeHandler({
    metrics,
    log,
    access: accessOf(env),
    ...healthOf({ lifecycle, ask: publisher.ask }),
    registry: registryOf(knownDomains()),
    identities: identityAssigner(freshIdentities('bridge'), Date.now, env.EVENT_PAST_DAYS),
    submit,
  })
  await serve(serveHttp(app, listenAt(env.PORT, env.BRIDGE_PORT), bounds))
})
