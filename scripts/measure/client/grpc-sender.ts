/** Calls by grpc-js, as the system's own clients make them. */
import { Client, credentials, type ServiceError, status } from '@grpc/grpc-js'
import { type BatchResponse, methodsOf } from '../../../functions/_adapters/grpc/definitions.ts'
import type { Domain, Value } from '../../../functions/_core/domain.ts'
import { GRPC_MESSAGE_BYTES } from '../../../functions/_core/limits.ts'
import type { Codec } from './codec.ts'
import type { Answer, Sender } from './sender.ts'

const DEADLINE_MS = 15_000
const OPTIONS = {
  // Each sender has its own connection; grpc-js would share one otherwise.
  'grpc.use_local_subchannel_pool': 1,
  'grpc.max_send_message_length': GRPC_MESSAGE_BYTES,
  'grpc.max_receive_message_length': GRPC_MESSAGE_BYTES,
}

/** @param many the batch method, even for one event */
export function grpcSender(address: string, domain: Domain, codec: Codec, many: boolean): Sender {
  const client = new Client(address, credentials.createInsecure(), OPTIONS)
  const { one, batch } = methodsOf(domain.grpc)
  const { path, responseDeserialize } = many ? batch : one
  const deserialize: (bytes: Buffer) => unknown = responseDeserialize
  return {
    send: (events) =>
      new Promise((resolve) => {
        client.makeUnaryRequest<readonly Value[], unknown>(
          path,
          codec.encode,
          deserialize,
          events,
          { deadline: Date.now() + DEADLINE_MS },
          (error, response) => resolve(error === null ? outcome(response) : failed(error)),
        )
      }),
    close: () => client.close(),
  }
}

const failed = ({ code }: ServiceError): Answer =>
  code === status.INVALID_ARGUMENT || code === status.RESOURCE_EXHAUSTED ? 'refused' : 'unknown'

function outcome(response: unknown): Answer {
  const { resultados } = response as Partial<BatchResponse>
  return resultados === undefined || resultados.every(({ exito }) => exito) ? 'stored' : 'unknown'
}
