/** The gRPC endpoint: checks each item, gives it its identity unless it has one, and answers when Kafka has stored it. */
import { type BatchResponse, methodsOf } from '../_adapters/grpc/definitions.ts'
import { eventOf } from '../_adapters/grpc/messages.ts'
import { type CallPorts, counted, handleCall, type Service } from '../_adapters/grpc/server.ts'
import { mapInTurns } from '../_adapters/turns.ts'
import { type IdentityAssigner, metadataOfItem, type RequestMetadata } from '../_core/assign-identity.ts'
import type { Domain } from '../_core/domain.ts'
import { asFailure, ERRORS, Failure } from '../_core/errors.ts'
import { type Event, receipt } from '../_core/event.ts'
import { LISTED_PEER_ITEMS } from '../_core/limits.ts'
import type { Sink } from '../_core/ports.ts'
import { submitItems } from '../_core/ports.ts'
import type { Registry } from '../_core/registry.ts'
import { foreignService } from './foreign.ts'
import { type Ask, lookupService } from './lookup.ts'

export interface PublisherPorts extends CallPorts {
  readonly registry: Registry
  readonly identities: IdentityAssigner
  /** Resolves when all in-sync replicas have the events. */
  readonly submit: Sink<Event>
  /** Asks the console. */
  readonly ask: Ask
}

type Resultado = BatchResponse['resultados'][number]

/** One service for each domain, and those of its earlier clients. */
export function publisherHandler(ports: PublisherPorts): readonly Service[] {
  const interceptors = [counted(ports)]
  const foreign = ports.registry.all.flatMap((domain) =>
    (domain.grpc.foreign ?? []).map((rpc) => foreignService(domain, rpc, ports)),
  )
  const own = ports.registry.all.map((domain) => {
    const { one, batch } = methodsOf(domain.grpc)
    return {
      definition: { one, batch },
      implementation: {
        one: handleCall(one, interceptors, async (message, metadata) => {
          const event = eventOf(domain, message, ports.identities, metadata)
          const [failure] = await ports.submit([event])
          if (failure !== undefined) throw failure
          return { estado: 'OK', exito: true, clave: String(event.value[domain.key]) }
        }),
        batch: handleCall(batch, interceptors, async (request, metadata) => {
          const messages = request[domain.grpc.items] ?? []
          return { resultados: await storeBatch(domain, messages, metadata, ports) }
        }),
      },
    }
  })
  const lookups = ports.registry.all.flatMap((domain) =>
    domain.lookup === undefined ? [] : [lookupService(domain, domain.lookup, ports, ports.ask)],
  )
  return [...own, ...foreign, ...lookups]
}

async function storeBatch(
  domain: Domain,
  messages: readonly object[],
  metadata: RequestMetadata,
  { identities, submit }: PublisherPorts,
): Promise<Resultado[]> {
  const items = await mapInTurns(messages, (message, index) => {
    try {
      return eventOf(domain, message, identities, metadataOfItem(metadata, index))
    } catch (error) {
      return asFailure(error)
    }
  })
  const outcomes = await submitItems(items, submit)
  const left = outcomes.filter((outcome) => outcome !== undefined).length - LISTED_PEER_ITEMS
  let refused = 0
  return items.map((item, index) => {
    const outcome = outcomes[index]
    if (outcome === undefined) return stored(item)
    return {
      exito: false,
      codigo: ERRORS[outcome.code].grpc,
      motivo: reasonOf(outcome, refused++, left),
      id: '',
    }
  })
}

const stored = (item: Event | Failure): Resultado => ({
  exito: true,
  codigo: 0,
  motivo: '',
  id: item instanceof Failure ? '' : receipt(item),
})

/** The reasons of the first are told, then how many are left out: an answer must not be many times its request. */
function reasonOf({ message }: Failure, refusedBefore: number, left: number): string {
  if (refusedBefore < LISTED_PEER_ITEMS) return message
  return refusedBefore === LISTED_PEER_ITEMS ? `the reasons of ${left} items are left out` : ''
}
