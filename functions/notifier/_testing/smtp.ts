/** A real mail server that does what a test tells it, and keeps what it took. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import PostalMime, { type Email } from 'postal-mime'
import { SMTPServer, type SMTPServerSession } from 'smtp-server'

/** How one connection's next mail is met. */
export type Manner =
  | 'take'
  /** Says nothing after RCPT TO, until it is told to go on. */
  | 'hang'
  /** Takes the whole mail, and says nothing, until it is told to go on. */
  | 'hang after DATA'
  /** Takes the whole mail, and closes the connection without a word. */
  | 'drop'
  /** An answer to RCPT TO. */
  | { readonly code: number; readonly text: string }

export interface Taken {
  readonly to: string
  readonly mail: Email
  readonly raw: string
}

export interface TestMailServer {
  readonly url: string
  /** Whole mails that came, also those that were dropped. */
  readonly taken: readonly Taken[]
  /** Recipients that were asked for, in order. */
  readonly asked: readonly string[]
  /** Mails that it says nothing to now. */
  hanging(): number
  /** Ends its silences; for those who still listen, with 250. */
  goOn(): void
  close(): Promise<void>
}

/** @param mannerOf what becomes of the nth mail to a recipient, n from 1 */
export async function startMailServer(mannerOf: (to: string, n: number) => Manner): Promise<TestMailServer> {
  const taken: Taken[] = []
  const asked: string[] = []
  const manners = new Map<string, Manner>()
  const hanging = new Set<() => void>()
  const goOn = (): void => {
    for (const answer of hanging) answer()
    hanging.clear()
  }
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: ({ address }, session, callback) => {
      asked.push(address)
      const manner = mannerOf(address, asked.filter((one) => one === address).length)
      manners.set(session.id, manner)
      if (manner === 'hang') hanging.add(() => callback())
      else if (typeof manner === 'object')
        callback(Object.assign(new Error(manner.text), { responseCode: manner.code }))
      else callback()
    },
    onData: async (stream, session, callback) => {
      const raw = await text(stream)
      taken.push({ to: recipientOf(session), raw, mail: await PostalMime.parse(raw) })
      const manner = manners.get(session.id)
      if (manner === 'drop') drop(server, session)
      else if (manner === 'hang after DATA') hanging.add(() => callback())
      else callback()
    },
  })
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    taken,
    asked,
    hanging: () => hanging.size,
    goOn,
    close: () => {
      goOn()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

const recipientOf = ({ envelope }: SMTPServerSession): string => envelope.rcptTo[0]?.address ?? ''

function drop(server: SMTPServer, { id }: SMTPServerSession): void {
  for (const connection of server.connections) if (connection.id === id) connection.close()
}
