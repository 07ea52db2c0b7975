/**
 * The services that every gRPC server has: health and reflection. grpc.health.v1.Health is on generated code, since
 * `grpc-health-check` reads its .proto at run time and cannot be bundled.
 */
import type { ServerWritableStream } from '@grpc/grpc-js'
import { Failure } from '../../_core/errors.ts'
import {
  type HealthCheckRequest,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus,
  HealthDefinition,
} from '../../_core/gen/health/v1/health.ts'
import type { HealthCheck, Readiness } from '../../_core/ports.ts'
import type { Registry } from '../../_core/registry.ts'
import { streaming, unary } from './definitions.ts'
import { reflectionService } from './reflection.ts'
import { handleCall, type Service, statusOf } from './server.ts'

/** How often a watcher's status is looked at, in milliseconds. */
const WATCH_MS = 500
const { SERVING, NOT_SERVING, SERVICE_UNKNOWN } = HealthCheckResponse_ServingStatus

/** The name that a readiness probe asks for: whether the process may be sent calls, whatever is behind it. */
export const READINESS_SERVICE = 'readiness'

/**
 * All services share one health. As the protocol says (grpc/health/v1/health.proto): '' is the server as a whole, and
 * of a service that is not here Check answers NOT_FOUND, and Watch SERVICE_UNKNOWN.
 *
 * @param names fully-qualified names of the services that are here
 */
function healthService({ readiness, health }: ServerHealth, names: readonly string[]): Service {
  const { fullName, methods } = HealthDefinition
  const check = unary(fullName, methods.check)
  const current = async (service: string) => {
    const reason = service === READINESS_SERVICE ? readiness() : await health()
    return { status: reason === undefined ? SERVING : NOT_SERVING }
  }
  const isHere = (service: string): boolean => ['', READINESS_SERVICE, ...names].includes(service)
  return {
    definition: { check, watch: streaming(fullName, methods.watch, { requestStream: false }) },
    implementation: {
      check: handleCall(check, [], async ({ service }) => {
        if (!isHere(service)) throw new Failure('notFound', `no service ${service}`)
        return current(service)
      }),
      watch: (call: ServerWritableStream<HealthCheckRequest, HealthCheckResponse>) => {
        const { request } = call
        if (request instanceof Failure) return void call.emit('error', statusOf(request))
        const { service } = request
        if (!isHere(service)) {
          call.write({ status: SERVICE_UNKNOWN })
          return
        }
        let last = -1
        const look = async (): Promise<void> => {
          const { status: now } = await current(service)
          if (call.cancelled || call.writableEnded) return
          if (now !== last) call.write({ status: now })
          last = now
        }
        void look()
        const timer = setInterval(look, WATCH_MS)
        call.on('cancelled', () => clearInterval(timer))
        call.on('close', () => clearInterval(timer))
      },
    },
  }
}

export interface ServerHealth {
  readonly readiness: Readiness
  readonly health: HealthCheck
}

export function standardServices(registry: Registry, health: ServerHealth): readonly Service[] {
  const services = registry.all.flatMap(({ grpc }) => [grpc, ...(grpc.foreign ?? [])])
  const names = [...new Set(services.map(({ fullName }) => fullName)), HealthDefinition.fullName]
  return [healthService(health, names), reflectionService(names)]
}
