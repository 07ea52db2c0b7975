/**
 * The mail server, and what its answers mean (RFC 5321, section 4.2.1): 2yz it has the mail; 5yz to a command that is about
 * this mail, it never takes it; all else may be otherwise later, a connection that broke off after DATA too. The server may
 * have the mail then: SMTP has no way to ask, so it is sent again, under the same Message-ID.
 */
import { createTransport } from 'nodemailer'
import type { Mail } from './message.ts'

export type Sent =
  | { readonly is: 'sent' }
  | { readonly is: 'never'; readonly reason: string }
  /** `away`: the server did not answer, or its answer was not about this mail. */
  | { readonly is: 'later'; readonly reason: string; readonly away: boolean }

export interface Mailer {
  /** It never rejects. */
  send(mail: Mail): Promise<Sent>
  close(): void
}

export interface MailerOptions {
  /** smtp://user:password@host:port, or smtps:// */
  readonly url: string
  readonly connections: number
  /** Mails a second, of this process. */
  readonly perSecond: number
  /** Without a word of the server, in milliseconds. */
  readonly timeoutMs: number
}

export function smtpMailer({ url, connections, perSecond, timeoutMs }: MailerOptions): Mailer {
  const transport = createTransport({
    url,
    pool: true,
    maxConnections: connections,
    rateLimit: perSecond,
    rateDelta: 1_000,
    // Whether and when it is sent again is not the pool's to decide.
    maxRequeues: 0,
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  // Each mail says what became of it.
  transport.on('error', () => {})
  return {
    send: async ({ headers, ...mail }) => {
      try {
        await transport.sendMail({ ...mail, headers: { ...headers } })
        return { is: 'sent' }
      } catch (error) {
        return failed(error as SmtpError)
      }
    },
    close: () => transport.close(),
  }
}

interface SmtpError extends Error {
  readonly responseCode?: number
  readonly command?: string
  /** What the server said, all lines. */
  readonly response?: string
}

/** Commands whose refusal is about the mail, not about us (RFC 5321, section 4.3.2). */
const ABOUT_THE_MAIL = ['RCPT TO', 'MAIL FROM', 'DATA']
/** In answer to any command: who we are was not said, or not well enough (RFC 4954, section 6; RFC 3207, section 4). */
const ABOUT_US = [530, 534, 535, 538]

function failed({ message, responseCode = 0, response, command = '' }: SmtpError): Sent {
  const reason = response ?? message
  const isAboutTheMail = ABOUT_THE_MAIL.includes(command) && !ABOUT_US.includes(responseCode)
  if (isAboutTheMail && responseCode >= 500 && responseCode < 600) return { is: 'never', reason }
  return { is: 'later', reason, away: !isAboutTheMail || responseCode === 0 }
}
