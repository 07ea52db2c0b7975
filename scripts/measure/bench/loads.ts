/** Closed-loop loads: each sends again as soon as it has its answer. */
import { Client, credentials } from '@grpc/grpc-js'
import autocannon from 'autocannon'
import { methodsOf } from '../../../functions/_adapters/grpc/definitions.ts'
import type { Domain } from '../../../functions/_core/domain.ts'
import { quantile } from '../../lib/statistics.ts'

export interface LoadResult {
  /** Requests or calls that succeeded. */
  readonly answered: number
  readonly failed: number
  readonly seconds: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** @param seconds how long to start new requests */
export type Load = (seconds: number) => Promise<LoadResult>

export interface HttpLoad {
  readonly url: string
  readonly body: string
  readonly contentType?: string
  readonly connections: number
}

/** Kept-alive HTTP/1.1. */
export const httpLoad =
  ({ url, body, contentType = 'application/json', connections }: HttpLoad): Load =>
  async (seconds) => {
    const headers = { 'content-type': contentType }
    const result = await autocannon({ url, method: 'POST', headers, body, connections, duration: seconds })
    return {
      answered: result['2xx'],
      failed: result.non2xx + result.errors,
      seconds: result.duration,
      p50Ms: result.latency.p50,
      p99Ms: result.latency.p99,
    }
  }

/** Calls at the same time over one channel; a batch of `items` each, or the unary method for one. */
export const grpcLoad =
  (address: string, domain: Domain, concurrency: number, items: number): Load =>
  async (seconds) => {
    const client = new Client(address, credentials.createInsecure())
    const message = domain.toMessage(domain.examples[0]?.stored ?? {}, undefined) as object
    const { one, batch } = methodsOf(domain.grpc)
    const list = { [domain.grpc.items]: new Array<object>(items).fill(message) }
    const [method, request] = items === 1 ? [one, message] : [batch, list]
    const latencies: number[] = []
    let failed = 0
    const start = performance.now()
    const call = (): Promise<void> =>
      new Promise((resolve) => {
        const sent = performance.now()
        const { path, requestSerialize, responseDeserialize } = method as typeof one
        client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, (error) => {
          if (error !== null) failed++
          else latencies.push(performance.now() - sent)
          resolve()
        })
      })
    const worker = async (): Promise<void> => {
      while (performance.now() - start < seconds * 1000) await call()
    }
    await Promise.all(Array.from({ length: concurrency }, worker))
    client.close()
    const taken = (performance.now() - start) / 1000
    return { answered: latencies.length, failed, seconds: taken, ...percentilesOf(latencies) }
  }

/** @param latencies in milliseconds, in any order */
export const percentilesOf = (latencies: readonly number[]): Pick<LoadResult, 'p50Ms' | 'p99Ms'> => ({
  p50Ms: quantile(latencies, 0.5),
  p99Ms: quantile(latencies, 0.99),
})
