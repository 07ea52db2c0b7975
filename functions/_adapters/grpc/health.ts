/** grpc.health.v1.Health on generated code: `grpc-health-check` reads its .proto at run time and cannot be bundled. */
import type { ServerWritableStream } from '@grpc/grpc-js'
import { HealthCheckResponse_ServingStatus, HealthDefinition } from '../../_core/gen/health/v1/health.ts'
import type { Readiness } from '../../_core/ports.ts'
import { unary } from './definitions.ts'
import type { Service } from './server.ts'

/** How often a watcher's status is looked at, in milliseconds. */
const WATCH_MS = 500
const { SERVING, NOT_SERVING } = HealthCheckResponse_ServingStatus

/** Every service shares one readiness; `service` in a request may name any. */
export function healthService(readiness: Readiness): Service {
  const { check, watch } = HealthDefinition.methods
  const current = () => ({ status: readiness() === undefined ? SERVING : NOT_SERVING })
  return {
    definition: {
      check: unary(HealthDefinition.fullName, check),
      watch: { ...unary(HealthDefinition.fullName, watch), responseStream: true },
    },
    implementation: {
      check: (_call: unknown, callback: (error: null, response: object) => void) => callback(null, current()),
      watch: (call: ServerWritableStream<object, object>) => {
        let last = -1
        const look = (): void => {
          const { status: now } = current()
          if (now !== last) call.write({ status: now })
          last = now
        }
        look()
        const timer = setInterval(look, WATCH_MS)
        call.on('cancelled', () => clearInterval(timer))
        call.on('close', () => clearInterval(timer))
      },
    },
  }
}
