import { once } from 'node:events'
import { Client, credentials } from '@grpc/grpc-js'
import { expect, it } from 'vitest'
import { HealthCheckResponse_ServingStatus, HealthDefinition } from '../../_core/gen/health/v1/health.ts'
import { memoryPorts } from '../../_testing/ports.ts'
import { unary } from './definitions.ts'
import { serveGrpc } from './server.ts'
import { standardServices } from './standard.ts'

it('closes while a client watches its health', async () => {
  const services = standardServices(memoryPorts().registry, () => undefined)
  const server = await serveGrpc(services, { host: '127.0.0.1', port: 0 })
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
  const { watch } = HealthDefinition.methods
  const { path, requestSerialize, responseDeserialize } = unary(HealthDefinition.fullName, watch)
  const call = client.makeServerStreamRequest(path, requestSerialize, responseDeserialize, { service: '' })
  const [status] = await once(call, 'data')
  expect(status).toEqual({ status: HealthCheckResponse_ServingStatus.SERVING })
  const ended = once(call, 'end')
  await server.close()
  await ended
  client.close()
})
