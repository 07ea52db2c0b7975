/** The next step of the bridge: the publisher, by one gRPC batch call for each domain of a batch. */
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js'
import type { Domain } from '../../_core/domain.ts'
import { ERRORS, type ErrorCode, Failure } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'
import { HealthCheckResponse_ServingStatus, HealthDefinition } from '../../_core/gen/health/v1/health.ts'
import { GRPC_MESSAGE_BYTES, PUBLISHER_DEADLINE_MS, PUBLISHER_HEALTH_MS } from '../../_core/limits.ts'
import type { HealthCheck, Outcome, Sink } from '../../_core/ports.ts'
import { type BatchResponse, methodsOf, unary } from './definitions.ts'
import { messageOf } from './messages.ts'

const { SERVING } = HealthCheckResponse_ServingStatus

const OPTIONS = {
  // Each client of the pool has its own connection; grpc-js would share one otherwise.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.max_send_message_length': GRPC_MESSAGE_BYTES,
  'grpc.max_receive_message_length': GRPC_MESSAGE_BYTES,
  // A publisher that comes back is found within a second, not after the default two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  'grpc.keepalive_time_ms': 30_000,
}

export interface PublisherClient {
  readonly send: Sink<Event>
  /** Whether the publisher answers, and that it can store. */
  readonly ask: HealthCheck
  close(): void
}

/** @param channels connections that calls go round */
export function publisherClient(address: string, channels: number): PublisherClient {
  const clients = Array.from(
    { length: channels },
    () => new Client(address, credentials.createInsecure(), OPTIONS),
  )
  let turn = 0
  return {
    send: async (events) => {
      const outcomes: Outcome[] = new Array(events.length)
      const groups = Map.groupBy(events.entries(), ([, event]) => event.domain)
      const calls = [...groups].map(async ([domain, entries]) => {
        const client = clients[turn++ % channels]
        if (client === undefined) throw new RangeError('a pool has at least one channel')
        const results = await callBatch(
          client,
          domain,
          entries.map(([, event]) => messageOf(event)),
        )
        for (const [position, [index]] of entries.entries()) outcomes[index] = results[position]
      })
      await Promise.all(calls)
      return outcomes
    },
    ask: () => askHealth(clients[turn++ % channels]),
    close: () => {
      for (const client of clients) client.close()
    },
  }
}

const CHECK = unary(HealthDefinition.fullName, HealthDefinition.methods.check)

function askHealth(client: Client | undefined): Promise<string | undefined> {
  const deadline = Date.now() + PUBLISHER_HEALTH_MS
  return new Promise((resolve) => {
    client?.makeUnaryRequest(
      CHECK.path,
      CHECK.requestSerialize,
      CHECK.responseDeserialize,
      { service: '' },
      { deadline },
      (error, response) => {
        if (error?.code === status.UNIMPLEMENTED) resolve(undefined)
        else if (error !== null) resolve(`the publisher is unavailable: ${error.details}`)
        else resolve(response?.status === SERVING ? undefined : 'the publisher is not serving')
      },
    )
  })
}

function callBatch(client: Client, domain: Domain, messages: readonly object[]): Promise<readonly Outcome[]> {
  const { path, requestSerialize, responseDeserialize } = methodsOf(domain.grpc).batch
  const request = { [domain.grpc.items]: messages }
  const deadline = Date.now() + PUBLISHER_DEADLINE_MS
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      request,
      { deadline },
      (error, response) => {
        resolve(
          response === undefined ? new Array(messages.length).fill(failureOf(error)) : outcomesOf(response),
        )
      },
    )
  })
}

const outcomesOf = ({ resultados }: BatchResponse): readonly Outcome[] =>
  resultados.map(({ exito, codigo, motivo }) =>
    exito ? undefined : new Failure(codeOf(codigo, OF_ITEM), motivo),
  )

const failureOf = (error: ServiceError | null): Failure =>
  new Failure(codeOf(error?.code, OF_CALL), error?.details ?? 'the publisher sent no answer')

/** What the publisher says of an item is so; any other code leaves open whether it is stored. */
const OF_ITEM: readonly ErrorCode[] = ['invalid', 'identity', 'keyReused', 'busy', 'internal']
/** INTERNAL may also be the transport's, of a stream that broke off (gRPC over HTTP/2, section HTTP2 Transport Mapping). */
const OF_CALL: readonly ErrorCode[] = ['invalid', 'identity', 'keyReused', 'busy']

const codeOf = (status: number | undefined, codes: readonly ErrorCode[]): ErrorCode =>
  codes.find((code) => ERRORS[code].grpc === status) ?? 'unavailable'
