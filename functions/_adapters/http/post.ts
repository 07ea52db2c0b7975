/** A POST or GET over kept-alive HTTP/1.1, by Node's own client: the smallest to bundle and the quickest to start. */
import { type Agent, type RequestOptions, request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  readonly body: string
}

interface By {
  readonly agent: Agent
  readonly deadlineMs: number
}

/** @throws the connection's error, or one that says that nothing came for `deadlineMs` */
export function post(
  url: URL,
  headers: Readonly<Record<string, string>>,
  body: string,
  by: By,
): Promise<Answer> {
  const bytes = Buffer.from(body)
  return exchange(url, { method: 'POST', headers: { ...headers, 'content-length': bytes.length } }, by, bytes)
}

/** @throws as {@link post} */
export const get = (url: URL, by: By): Promise<Answer> => exchange(url, {}, by)

function exchange(
  url: URL,
  options: RequestOptions,
  { agent, deadlineMs }: By,
  body?: Buffer,
): Promise<Answer> {
  // The socket's own timer: an AbortSignal would keep the body in memory until its time has passed.
  const bounded = { ...options, agent, timeout: deadlineMs }
  return new Promise((resolve, reject) => {
    const sent = request(url, bounded, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject)
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer for ${deadlineMs} ms`)))
    sent.on('error', reject)
    sent.end(body)
  })
}
