/**
 * One HTTP request by node:http: unlike fetch it lets the Host header be set, which is how a gateway is told the name; and
 * unlike undici it fits into the ConfigMap of a cluster test's Job.
 */
import { type Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'

export interface HttpRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** For the whole answer. */
  readonly timeoutMs: number
  /** Keeps connections; by default each request has its own. */
  readonly agent?: Agent
}

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** @throws Error when no answer came */
export function send(url: string, options: HttpRequest): Promise<HttpAnswer> {
  const { body, timeoutMs, headers, ...rest } = options
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const sent = request(url, { ...rest, headers: { ...headers }, signal }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject)
    })
    sent.once('error', reject)
    sent.end(body)
  })
}
