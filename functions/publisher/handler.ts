/** The gRPC endpoint: checks each item, gives it its identity unless it has one, and answers when Kafka has stored it. */
import { type BatchResponse, methodsOf } from '../_adapters/grpc/definitions.ts'
import { eventOf } from '../_adapters/grpc/messages.ts'
import { type CallPorts, counted, handleCall, type Service } from '../_adapters/grpc/server.ts'
import { type IdentityAssigner, metadataOfItem, type RequestMetadata } from '../_core/assign-identity.ts'
import type { Domain } from '../_core/domain.ts'
import { asFailure, ERRORS, Failure } from '../_core/errors.ts'
import { type Event, receipt } from '../_core/event.ts'
import type { Outcome, Sink } from '../_core/ports.ts'
import { submitItems } from '../_core/ports.ts'
import type { Registry } from '../_core/registry.ts'

export interface PublisherPorts extends CallPorts {
  readonly registry: Registry
  readonly identities: IdentityAssigner
  /** Resolves when all in-sync replicas have the events. */
  readonly submit: Sink<Event>
}

type Resultado = BatchResponse['resultados'][number]

/** One service for each domain. */
export function publisherHandler(ports: PublisherPorts): readonly Service[] {
  const interceptors = [counted(ports)]
  return ports.registry.all.map((domain) => {
    const { one, batch } = methodsOf(domain.grpc)
    return {
      definition: { one, batch },
      implementation: {
        one: handleCall(one, interceptors, async (message, metadata) => {
          const [failure] = await ports.submit([eventOf(domain, message, ports.identities, metadata)])
          if (failure !== undefined) throw failure
          return { estado: 'OK', exito: true }
        }),
        batch: handleCall(batch, interceptors, async (request, metadata) => {
          const messages = request[domain.grpc.items] ?? []
          return { resultados: await storeBatch(domain, messages, metadata, ports) }
        }),
      },
    }
  })
}

async function storeBatch(
  domain: Domain,
  messages: readonly object[],
  metadata: RequestMetadata,
  { identities, submit }: PublisherPorts,
): Promise<Resultado[]> {
  const items = messages.map((message, index) => {
    try {
      return eventOf(domain, message, identities, metadataOfItem(metadata, index))
    } catch (error) {
      return asFailure(error)
    }
  })
  const outcomes = await submitItems(items, submit)
  return items.map((item, index) => resultado(item, outcomes[index]))
}

function resultado(item: Event | Failure, outcome: Outcome): Resultado {
  if (outcome !== undefined) {
    return { exito: false, codigo: ERRORS[outcome.code].grpc, motivo: outcome.message, id: '' }
  }
  return { exito: true, codigo: 0, motivo: '', id: item instanceof Failure ? '' : receipt(item) }
}
