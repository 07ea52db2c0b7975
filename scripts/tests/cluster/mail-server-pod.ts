/** Runs inside the cluster: the inbox of `npm start -- --mail`, for every pod. Its argument is `{ smtp, page }`: the ports. */
import { serveHttp } from '../../../functions/_adapters/http/server.ts'
import { openInbox } from '../../local/inbox/mails.ts'
import { inboxPage } from '../../local/inbox/page.ts'

const ANYWHERE = '0.0.0.0'
const { smtp, page }: { smtp: number; page: number } = JSON.parse(process.argv[2] ?? '{}')
await serveHttp(inboxPage(await openInbox(smtp, ANYWHERE)), { host: ANYWHERE, port: page })
