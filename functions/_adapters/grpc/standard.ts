/** The services that every gRPC server has: health and reflection. */
import { HealthDefinition } from '../../_core/gen/health/v1/health.ts'
import type { Readiness } from '../../_core/ports.ts'
import type { Registry } from '../../_core/registry.ts'
import { healthService } from './health.ts'
import { reflectionService } from './reflection.ts'
import type { Service } from './server.ts'

export function standardServices(registry: Registry, readiness: Readiness): readonly Service[] {
  const names = [...registry.all.map((domain) => domain.grpc.fullName), HealthDefinition.fullName]
  return [healthService(readiness, names), reflectionService(names)]
}
