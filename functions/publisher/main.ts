import { serveGrpc } from '../_adapters/grpc/server.ts'
import { standardServices } from '../_adapters/grpc/standard.ts'
import { kafkaClient } from '../_adapters/kafka/connect.ts'
import { kafkaLog } from '../_adapters/kafka/event-log.ts'
import { identityAssigner } from '../_core/assign-identity.ts'
import { CONSOLE_DEADLINE_MS, KAFKA_DEADLINE_MS } from '../_core/limits.ts'
import { registryOf } from '../_core/registry.ts'
import { freshIdentities, freshInstance, serveFunction } from '../_runtime/function.ts'
import { healthOf } from '../_runtime/health.ts'
import { createHop } from '../_runtime/hop/hop.ts'
import { accessOf, listenAt } from '../_runtime/settings.ts'
import { knownDomains, settings } from './env.ts'
import { publisherHandler } from './handler.ts'
import { askConsole } from './lookup.ts'
import { refusingReusedKeys } from './recent-keys.ts'
import { countingStored } from './stored.ts'

serveFunction('publisher', settings, async (runtime) => {
  const { env, log, metrics, lifecycle, serve, bounds } = runtime
  const form = env.KAFKA_RECORDS
  const kafka = kafkaLog(kafkaClient('publisher', env, log), log, { form, instance: freshInstance() })
  lifecycle.onClose('Kafka', kafka.close)
  const store = createHop(runtime, { to: 'kafka', send: kafka.append, withinMs: KAFKA_DEADLINE_MS })
  const health = healthOf({ lifecycle, connection: kafka.readiness, ask: kafka.ask })
  const identities = identityAssigner(freshIdentities('publisher'), Date.now, env.EVENT_PAST_DAYS)
  const registry = registryOf(knownDomains())
  const submit = countingStored(refusingReusedKeys(store), registry.all, metrics)
  const ask = askConsole(env.CONSOLE_URL, CONSOLE_DEADLINE_MS)
  const domainServices = publisherHandler({ metrics, log, registry, identities, submit, ask })
  const at = listenAt(env.PORT, env.PUBLISHER_PORT)
  await serve(serveGrpc([...domainServices, ...standardServices(registry, health)], at, bounds))
  // Loaded after gRPC serves: a cold start waits for gRPC alone, and loading HTTP is a sixth of the whole.
  const { serveHealth } = await import('../_adapters/http/health.ts')
  const httpAt = { ...at, port: env.PUBLISHER_HTTP_PORT }
  const ports = { metrics, log, ...health, access: accessOf(env) }
  const http = await serveHealth(ports, httpAt, bounds)
  lifecycle.onClose('HTTP server', http.close)
  log.info({ httpPort: http.port }, 'health and metrics')
})
