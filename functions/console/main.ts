import { serveHttp } from '../_adapters/http/server.ts'
import { connectValkey } from '../_adapters/valkey/connect.ts'
import { startRuntime } from '../_runtime/function.ts'
import { run } from '../_runtime/lifecycle.ts'
import { listenAt } from '../_runtime/settings.ts'
import { addressesOf } from './addresses.ts'
import { catalogueOf } from './catalogue.ts'
import { knownDomains, settings } from './env.ts'
import { consoleHandler } from './handler.ts'
import { Live } from './live.ts'
import { reader } from './reading.ts'
import { UNKNOWN_PIPELINE, UNKNOWN_PROOF } from './unknown.ts'

void run(async () => {
  const env = settings()
  const { log, metrics, lifecycle } = startRuntime('console', env)
  const domains = knownDomains()
  const valkey = connectValkey(env.VALKEY_URL, (error) => log.warn({ err: error }, 'cannot reach Valkey'))
  lifecycle.onClose('Valkey', valkey.close)
  const source = { client: valkey, domains, prefix: env.VALKEY_PREFIX, clock: Date.now }
  const [pipeline, proof] = [() => UNKNOWN_PIPELINE, () => UNKNOWN_PROOF]
  const live = new Live({ read: reader(source), pipeline, proof, clock: Date.now, log })
  const addresses = addressesOf(env)
  const catalogue = catalogueOf(domains, { addresses, grafanaUrl: env.GRAFANA_URL ?? null })
  const ports = {
    metrics,
    log,
    readiness: lifecycle.readiness,
    source,
    live,
    catalogue,
    addresses,
    pipeline,
    proof,
  }
  const server = await serveHttp(consoleHandler(ports), listenAt(env.PORT, env.CONSOLE_PORT))
  lifecycle.onClose('server', server.close)
  lifecycle.onClose('live stream', () => live.close())
  log.info({ port: server.port }, 'listening')
})
