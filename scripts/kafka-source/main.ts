/** The KafkaSources of one machine: they deliver the records of their topics to a sink as Knative's do. */
import { kafkaClient } from '../../functions/_adapters/kafka/connect.ts'
import { run, startLifecycle } from '../../functions/_runtime/lifecycle.ts'
import { createLogger } from '../../functions/_runtime/log.ts'
import { createMetrics } from '../../functions/_runtime/metrics.ts'
import { readSettings } from './env.ts'
import { serveStats } from './server.ts'
import { startSources } from './source.ts'

await run(async () => {
  const settings = readSettings(process.env)
  const log = createLogger('source', settings.LOG_LEVEL)
  const lifecycle = startLifecycle(log)
  const metrics = createMetrics('source')
  const sources = startSources(settings, kafkaClient('source', settings, log), log, metrics)
  lifecycle.onClose('sources', sources.close)
  const readiness = () => lifecycle.readiness() ?? sources.readiness()
  const server = await serveStats(settings.HTTP_PORT, readiness, sources.stats, metrics)
  lifecycle.onClose('server', server.close)
  log.info({ topics: settings.TOPICS, sink: settings.SINK_URL }, 'started')
})
