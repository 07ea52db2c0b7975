/** Closed-loop load over kept-alive HTTP connections. */
import autocannon from 'autocannon'

export interface Load {
  readonly url: string
  readonly body: string
  readonly contentType?: string
  readonly connections: number
  readonly seconds: number
}

export interface LoadResult {
  readonly answered: number
  readonly failed: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export async function drive({
  url,
  body,
  contentType = 'application/json',
  connections,
  seconds,
}: Load): Promise<LoadResult> {
  const result = await autocannon({
    url,
    method: 'POST',
    headers: { 'content-type': contentType },
    body,
    connections,
    duration: seconds,
  })
  return {
    answered: result['2xx'],
    failed: result.non2xx + result.errors,
    seconds: result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  }
}
