/** One HTTP request: unlike fetch, undici lets the Host header be set, which is how a gateway is told the name. */
import { type Dispatcher, request } from 'undici'

export interface HttpRequest {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** For the whole answer. */
  readonly timeoutMs: number
  /** Keeps connections; by default each request has its own. */
  readonly agent?: Dispatcher
}

export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** @throws Error when no answer came */
export async function send(url: string, { timeoutMs, agent, ...rest }: HttpRequest): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(timeoutMs)
  const connection = agent === undefined ? { reset: true } : { dispatcher: agent }
  const { statusCode, body } = await request(url, { ...rest, ...connection, signal })
  return { status: statusCode, body: await body.text() }
}
