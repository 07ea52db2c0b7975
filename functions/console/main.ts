import { scraper } from '../_adapters/http/scrape.ts'
import { serveHttp } from '../_adapters/http/server.ts'
import { kafkaClient } from '../_adapters/kafka/connect.ts'
import { logPositions } from '../_adapters/kafka/positions.ts'
import { connectValkey } from '../_adapters/valkey/connect.ts'
import { serveFunction } from '../_runtime/function.ts'
import { accessOf, listenAt } from '../_runtime/settings.ts'
import { knownDomains, settings } from './env.ts'
import { consoleHandler } from './handler.ts'
import { consolePorts, groupsIn } from './ports.ts'
import { sender } from './send/endpoints.ts'

serveFunction('console', settings, async ({ env, log, metrics, lifecycle, serve, bounds }) => {
  const domains = knownDomains()
  const valkey = connectValkey(env.VALKEY_URL, (error) => log.warn({ err: error }, 'cannot reach Valkey'))
  lifecycle.onClose('Valkey', valkey.close)
  const positions = logPositions(kafkaClient('console', env, log), domains, groupsIn(env))
  lifecycle.onClose('Kafka', positions.close)
  const scrape = scraper()
  lifecycle.onClose('scraper', scrape.close)
  const form = sender(env.SEND_TARGETS)
  lifecycle.onClose('form', form.close)
  const servers = { valkey, positions, scraper: scrape, sender: form }
  const http = { metrics, log, readiness: lifecycle.readiness, access: accessOf(env) }
  const ports = consolePorts({ env, domains, servers, ...http })
  await serve(serveHttp(consoleHandler(ports), listenAt(env.PORT, env.CONSOLE_PORT), bounds))
  lifecycle.onClose('live stream', () => ports.live.close())
})
