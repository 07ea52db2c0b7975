/** The mail server of `npm start -- --mail`. */
import { serveHttp } from '../../../functions/_adapters/http/server.ts'
import { LOCAL_HOST } from '../../../functions/_core/topology.ts'
import { run, startLifecycle } from '../../../functions/_runtime/lifecycle.ts'
import { createLogger } from '../../../functions/_runtime/log.ts'
import { settings } from './env.ts'
import { openInbox } from './mails.ts'
import { inboxPage } from './page.ts'

await run(async () => {
  const { LOG_LEVEL, SMTP_PORT, INBOX_PORT } = settings()
  const log = createLogger('inbox', LOG_LEVEL)
  const lifecycle = startLifecycle(log)
  const inbox = await openInbox(SMTP_PORT)
  lifecycle.onClose('mail server', inbox.close)
  const server = await serveHttp(inboxPage(inbox), { host: LOCAL_HOST, port: INBOX_PORT })
  lifecycle.onClose('page', server.close)
})
