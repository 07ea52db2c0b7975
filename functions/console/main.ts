import { serveHttp } from '../_adapters/http/server.ts'
import { startRuntime } from '../_runtime/function.ts'
import { run } from '../_runtime/lifecycle.ts'
import { listenAt } from '../_runtime/settings.ts'
import { settings } from './env.ts'
import { consoleHandler } from './handler.ts'

void run(async () => {
  const env = settings()
  const { log, metrics, lifecycle } = startRuntime('console', env)
  const app = consoleHandler({ metrics, log, readiness: lifecycle.readiness })
  const server = await serveHttp(app, listenAt(env.PORT, env.CONSOLE_PORT))
  lifecycle.onClose('server', server.close)
  log.info({ port: server.port }, 'listening')
})
