/** A mail server that delivers nothing: it keeps the newest mails for people to look at. */
import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import PostalMime from 'postal-mime'
import { SMTPServer } from 'smtp-server'
import { LOCAL_HOST } from '../../../functions/_core/topology.ts'

export interface KeptMail {
  readonly to: string
  readonly from: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly messageId: string
  /** RFC 3339: when it came. */
  readonly received: string
}

export interface Inbox {
  /** The newest first. */
  mails(): readonly KeptMail[]
  /** All that came, kept or not. */
  count(): number
  close(): Promise<void>
}

const KEPT = 5_000
const MAIL_BYTES = 1024 * 1024

export async function openInbox(port: number, host: string = LOCAL_HOST): Promise<Inbox> {
  const mails: KeptMail[] = []
  let count = 0
  const server = new SMTPServer({
    // Whoever reaches it may send, and nothing leaves it.
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    size: MAIL_BYTES,
    onData: (stream, { envelope }, callback) => {
      void buffer(stream)
        .then((raw) => PostalMime.parse(raw))
        .then(({ from, subject = '', text = '', html = '', messageId = '' }) => {
          const to = envelope.rcptTo.map(({ address }) => address).join(', ')
          const received = new Date().toISOString()
          mails.unshift({ to, from: from?.address ?? '', subject, text, html, messageId, received })
          mails.length = Math.min(mails.length, KEPT)
          count++
          callback()
        }, callback)
    },
  })
  server.on('error', () => {})
  server.listen(port, host)
  await once(server.server, 'listening')
  return {
    mails: () => mails,
    count: () => count,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
