import { serveHttp } from '../_adapters/http/server.ts'
import { accountWriter } from '../_adapters/valkey/accounts/writer.ts'
import { connectValkey } from '../_adapters/valkey/connect.ts'
import { valkeyCounter } from '../_adapters/valkey/counter/counter.ts'
import { DELIVERED_QUEUE, VALKEY_DEADLINE_MS } from '../_core/limits.ts'
import { registryOf } from '../_core/registry.ts'
import { serveFunction } from '../_runtime/function.ts'
import { healthOf } from '../_runtime/health.ts'
import { createAccounts, createHop } from '../_runtime/hop/hop.ts'
import { accessOf, listenAt } from '../_runtime/settings.ts'
import { observeCountResults } from './count-results.ts'
import { knownDomains, settings } from './env.ts'
import { following } from './following.ts'
import { aggregatorHandler } from './handler.ts'
import { observeValkey } from './valkey-state.ts'
import { watchEpoch } from './watch-epoch.ts'

serveFunction('aggregator', settings, async (runtime) => {
  const { env, log, metrics, lifecycle, serve, bounds } = runtime
  const domains = knownDomains()
  const valkey = connectValkey(env.VALKEY_URL, (error) => log.warn({ err: error }, 'cannot reach Valkey'))
  lifecycle.onClose('Valkey', valkey.close)
  const onCountResult = observeCountResults(domains, metrics, log, Date.now)
  observeValkey(valkey, metrics)
  const follower = following(Date.now)
  const prefix = env.VALKEY_PREFIX
  const epoch = watchEpoch({ valkey, prefix, domains, metrics, log })
  lifecycle.onClose('epoch', epoch.close)
  const counter = valkeyCounter(valkey, { prefix, onCountResult, follower, clock: Date.now, epoch })
  const toValkey = { to: 'valkey', withinMs: VALKEY_DEADLINE_MS, queue: DELIVERED_QUEUE }
  const submit = createHop(runtime, { ...toValkey, send: counter.apply })
  const app = aggregatorHandler({
    ...{ metrics, log, submit, epoch, clock: Date.now, access: accessOf(env) },
    ...healthOf({ lifecycle, connection: valkey.readiness, own: epoch.readiness }),
    registry: registryOf(domains),
    accounts: createAccounts(runtime, accountWriter(valkey, prefix)),
    followed: follower.take,
  })
  await serve(serveHttp(app, listenAt(env.PORT, env.AGGREGATOR_PORT), bounds))
})
