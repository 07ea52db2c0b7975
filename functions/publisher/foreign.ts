/** Methods of earlier clients' services: another message and another answer, and the same event. */
import { unary } from '../_adapters/grpc/definitions.ts'
import { type CallPorts, counted, handleCall, type Service } from '../_adapters/grpc/server.ts'
import { parseJson } from '../_adapters/http/json.ts'
import type { IdentityAssigner } from '../_core/assign-identity.ts'
import type { Domain, ForeignRpc, Rpc } from '../_core/domain.ts'
import type { Event } from '../_core/event.ts'
import type { Sink } from '../_core/ports.ts'

interface ForeignPorts extends CallPorts {
  readonly identities: IdentityAssigner
  readonly submit: Sink<Event>
}

export function foreignService(domain: Domain, foreign: ForeignRpc, ports: ForeignPorts): Service {
  const method = unary(foreign.fullName, foreign.rpc as Rpc<object, object>)
  return {
    definition: { method },
    implementation: {
      method: handleCall(method, [counted(ports)], async (message, metadata) => {
        const event = ports.identities.assign(domain, sentBy(foreign, message as never), 'required', metadata)
        const [failure] = await ports.submit([event])
        if (failure !== undefined) throw failure
        return foreign.answer
      }),
    },
  }
}

const sentBy = ({ json, sent }: ForeignRpc, message: never): unknown =>
  json === undefined ? sent?.(message) : parseJson(Buffer.from(json(message)))
