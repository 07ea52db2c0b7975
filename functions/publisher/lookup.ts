/** What became of an entity, asked by gRPC: the console knows, and answers by HTTP. The publisher has no Valkey. */
import { unary } from '../_adapters/grpc/definitions.ts'
import { type CallPorts, counted, handleCall, type Service } from '../_adapters/grpc/server.ts'
import type { Domain, Lookup, Rpc } from '../_core/domain.ts'
import { Failure } from '../_core/errors.ts'

/** The JSON that the console answers at a path. @throws Failure */
export type Ask = (path: string) => Promise<object>

export function lookupService(domain: Domain, { path, rpc }: Lookup, ports: CallPorts, ask: Ask): Service {
  const method = unary(domain.grpc.fullName, rpc as Rpc<{ readonly id: string }, object>)
  return {
    definition: { method },
    implementation: {
      method: handleCall(method, [counted(ports)], async ({ id }) => {
        if (id === '')
          throw new Failure('invalid', 'id is required', [{ field: 'id', detail: 'is required' }])
        const parsed = domain.fields.find(({ name }) => name === domain.key)?.schema.safeParse(id)
        if (parsed?.success === false) {
          const detail = parsed.error.issues[0]?.message ?? 'is not valid'
          throw new Failure('invalid', `id ${detail}`, [{ field: 'id', detail }])
        }
        return ask(path.replace('{id}', encodeURIComponent(id)))
      }),
    },
  }
}

const OK = 200
const NOT_FOUND = 404

/** @param withinMs of one question */
export function askConsole(url: string, withinMs: number): Ask {
  const base = url.replace(/\/$/, '')
  return async (path) => {
    const response = await fetch(base + path, { signal: AbortSignal.timeout(withinMs) }).catch(unavailable)
    if (response.status === NOT_FOUND) throw new Failure('notFound', 'nobody knows it, or not yet')
    if (response.status !== OK) throw new Failure('unavailable', 'the console cannot say')
    return (await response.json().catch(unavailable)) as object
  }
}

function unavailable(error: unknown): never {
  const failure = new Failure('unavailable', 'the console does not answer')
  failure.cause = error
  throw failure
}
