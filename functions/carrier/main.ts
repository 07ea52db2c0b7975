import { bridgeClient } from '../_adapters/http/bridge-client.ts'
import { serveHttp } from '../_adapters/http/server.ts'
import { BRIDGE_DEADLINE_MS } from '../_core/limits.ts'
import { LEVELS } from '../_core/load-levels.ts'
import { registryOf } from '../_core/registry.ts'
import { serveFunction } from '../_runtime/function.ts'
import { healthOf } from '../_runtime/health.ts'
import { clientHop } from '../_runtime/hop/hop.ts'
import { accessOf, listenAt } from '../_runtime/settings.ts'
import { knownDomains, settings } from './env.ts'
import { carrierHandler } from './handler.ts'
import { paced, UNPACED } from './pace.ts'

serveFunction('carrier', settings, async (runtime) => {
  const { env, log, metrics, lifecycle, serve, bounds } = runtime
  const bridge = bridgeClient(env.BRIDGE_URL)
  const submit = clientHop(runtime, { to: 'bridge', ...bridge, withinMs: BRIDGE_DEADLINE_MS })
  const [minSeconds = 0, maxSeconds = 0] = env.CARRIER_SECONDS
  const app = carrierHandler({
    ...{ metrics, log, submit, clock: Date.now, access: accessOf(env) },
    ...healthOf({ lifecycle, ask: bridge.ask }),
    registry: registryOf(knownDomains()),
    pace: env.CARRIER_LEVEL === undefined ? UNPACED : paced(LEVELS[env.CARRIER_LEVEL], Date.now),
    options: {
      ...{ minSeconds, maxSeconds },
      late: env.CARRIER_LATE,
      repeated: env.CARRIER_REPEATED,
      illegal: env.CARRIER_ILLEGAL,
    },
  })
  await serve(serveHttp(app, listenAt(env.PORT, env.CARRIER_PORT), bounds))
})
