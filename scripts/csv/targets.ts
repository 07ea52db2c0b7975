/** The two ways to send a value under a key of the client's own, and what the answers mean. */
import { Agent } from 'node:http'
import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js'
import { methodsOf } from '../../functions/_adapters/grpc/definitions.ts'
import { PUSHBACK } from '../../functions/_adapters/grpc/pushback.ts'
import { post } from '../../functions/_adapters/http/post.ts'
import type { Domain, Value } from '../../functions/_core/domain.ts'
import { JSON_TYPE } from '../../functions/_core/media-types.ts'
import { UserError } from '../lib/user-error.ts'
import { grpcVerdict, httpVerdict, type Verdict } from './verdict.ts'

export type Answer = { readonly is: 'stored' } | { readonly is: Verdict; readonly reason: string }

export interface Target {
  /** It never rejects. @param key the idempotency key */
  send(value: Value, key: string): Promise<Answer>
  close(): void
}

const STORED: Answer = { is: 'stored' }
const DEADLINE_MS = 15_000
const OK = 200

/** Where a target's endpoint is. */
export interface Endpoint {
  /** host:port for gRPC, a URL for HTTP. */
  readonly address: string
  /** What it is called, if not as `address` says: `Host` of HTTP, `:authority` of gRPC. */
  readonly hostHeader?: string
}

/** Of ingest. */
export function httpTarget(
  { address, hostHeader }: Endpoint,
  { routes, name }: Domain,
  connections: number,
): Target {
  const [route] = routes
  if (route === undefined) throw new UserError(`${name} has no HTTP route`)
  const to = new URL(route.path, address)
  const host = hostHeader === undefined ? {} : { host: hostHeader }
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  return {
    send: async (value, key) => {
      try {
        const headers = { ...host, 'content-type': JSON_TYPE, 'idempotency-key': key }
        const answer = await post(to, headers, JSON.stringify(value), { agent, deadlineMs: DEADLINE_MS })
        if (answer.status === OK) return STORED
        const reason = detailOf(answer.body) ?? `status ${answer.status}`
        return { is: httpVerdict(answer.status), reason }
      } catch (error) {
        return { is: 'later', reason: error instanceof Error ? error.message : String(error) }
      }
    },
    close: () => agent.destroy(),
  }
}

function detailOf(body: string): string | undefined {
  try {
    const { detail } = JSON.parse(body)
    return typeof detail === 'string' ? detail : undefined
  } catch {
    return undefined
  }
}

/** Of the publisher. */
export function grpcTarget({ address, hostHeader }: Endpoint, domain: Domain): Target {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.max_reconnect_backoff_ms': 1_000,
    ...(hostHeader === undefined ? {} : { 'grpc.default_authority': hostHeader }),
  })
  const { path, requestSerialize, responseDeserialize } = methodsOf(domain.grpc).one
  return {
    send: (value, key) =>
      new Promise((resolve) => {
        const metadata = new Metadata()
        metadata.set('idempotency-key', key)
        const message = domain.toMessage(value, undefined) as object
        const options = { deadline: Date.now() + DEADLINE_MS }
        client.makeUnaryRequest(
          path,
          requestSerialize,
          responseDeserialize,
          message,
          metadata,
          options,
          (error) => resolve(error === null ? STORED : answerTo(error)),
        )
      }),
    close: () => client.close(),
  }
}

const answerTo = ({ code, details, metadata }: ServiceError): Answer => ({
  is: grpcVerdict(code, metadata.get(PUSHBACK).length > 0),
  reason: details,
})
