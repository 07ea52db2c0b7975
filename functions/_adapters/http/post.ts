/** A POST over kept-alive HTTP/1.1, by Node's own client: the smallest to bundle and the quickest to start. */
import { type Agent, type RequestOptions, request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  readonly body: string
}

/** @throws the connection's error, or one that says that nothing came for `deadlineMs` */
export function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  { agent, deadlineMs }: { readonly agent: Agent; readonly deadlineMs: number },
): Promise<Answer> {
  const bytes = Buffer.from(body)
  const options: RequestOptions = {
    method: 'POST',
    agent,
    headers: { ...headers, 'content-length': bytes.length },
    // The socket's own timer: an AbortSignal would keep the body in memory until its time has passed.
    timeout: deadlineMs,
  }
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject)
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer for ${deadlineMs} ms`)))
    sent.on('error', reject)
    sent.end(bytes)
  })
}
