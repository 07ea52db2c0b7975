/**
 * A client that does nothing but send one event after the other, and say how long each took: in a thread of its own,
 * so that it does not wait for its neighbours here. It is told how many are wanted, and answers once it has them: also
 * the one that is under way then is among them.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { Client, credentials } from '@grpc/grpc-js'
import { methodsOf } from '../../../functions/_adapters/grpc/definitions.ts'
import { domains } from '../../../functions/_core/domains/index.ts'

/** Where it sends: a URL with a body, or host:port for the first domain's single method over gRPC. */
export interface Target {
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly grpc?: string
}

export interface Report {
  readonly latenciesMs: readonly number[]
  /** What was answered when it was no success. */
  readonly failures: readonly string[]
}

/** Between two events, in milliseconds. */
const PAUSE_MS = 5

const target = workerData as Target
const send = target.grpc === undefined ? overHttp(target) : overGrpc(target.grpc)
let latenciesMs: number[] = []
let failures: string[] = []
let wanted = Number.POSITIVE_INFINITY
parentPort?.on('message', (events: number) => {
  wanted = events
})
for (;;) {
  const start = performance.now()
  const failure = await send().catch(String)
  if (failure !== undefined) failures.push(failure)
  latenciesMs.push(performance.now() - start)
  if (latenciesMs.length >= wanted) {
    parentPort?.postMessage({ latenciesMs, failures } satisfies Report)
    latenciesMs = []
    failures = []
    wanted = Number.POSITIVE_INFINITY
  }
  await pause(PAUSE_MS)
}

function overHttp({ url = '', headers = {}, body = '' }: Target): () => Promise<string | undefined> {
  return async () => {
    const response = await fetch(url, { method: 'POST', headers, body })
    const text = await response.text()
    return response.ok ? undefined : `${response.status} ${text}`
  }
}

function overGrpc(address: string): () => Promise<string | undefined> {
  const client = new Client(address, credentials.createInsecure())
  const [domain] = domains
  if (domain === undefined) throw new Error('there is no domain')
  const { path, requestSerialize, responseDeserialize } = methodsOf(domain.grpc).one
  const message = domain.toMessage(domain.examples[0]?.stored ?? {}, undefined) as object
  return () =>
    new Promise((resolve) => {
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, message, (error) =>
        resolve(error === null ? undefined : String(error)),
      )
    })
}
