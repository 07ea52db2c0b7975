/** The KafkaSource of one machine: delivers the records of its topics to a sink as Knative's does. */
import { kafkaClient } from '../../functions/_adapters/kafka/connect.ts'
import { run, startLifecycle } from '../../functions/_runtime/lifecycle.ts'
import { createLogger } from '../../functions/_runtime/log.ts'
import { createMetrics } from '../../functions/_runtime/metrics.ts'
import { readSettings } from './env.ts'
import { serveStats } from './server.ts'
import { startSource } from './source.ts'

await run(async () => {
  const settings = readSettings(process.env)
  const log = createLogger('source', settings.LOG_LEVEL)
  const lifecycle = startLifecycle(log)
  const metrics = createMetrics('source')
  const source = startSource(settings, kafkaClient('source', settings, log), log, metrics)
  lifecycle.onClose('source', source.close)
  const readiness = () => lifecycle.readiness() ?? source.readiness()
  const server = await serveStats(settings.HTTP_PORT, readiness, source.stats, metrics)
  lifecycle.onClose('server', server.close)
  log.info({ topics: settings.TOPICS, sink: settings.SINK_URL }, 'started')
})
