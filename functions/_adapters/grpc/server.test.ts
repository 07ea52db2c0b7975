import { once } from 'node:events'
import { Client, credentials, Metadata, status } from '@grpc/grpc-js'
import { expect, it } from 'vitest'
import { Failure } from '../../_core/errors.ts'
import { HealthCheckResponse_ServingStatus, HealthDefinition } from '../../_core/gen/health/v1/health.ts'
import { countingMetrics, healthy, memoryPorts } from '../../_testing/ports.ts'
import { unary } from './definitions.ts'
import { counted, handleCall, type Interceptor, serveGrpc } from './server.ts'
import { standardServices } from './standard.ts'

it('closes while a client watches its health', async () => {
  const services = standardServices(memoryPorts().registry, healthy)
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

it('what an interceptor refuses is a status, and is counted', async () => {
  const { metrics, counted: counts } = countingMetrics()
  const refuseStrangers: Interceptor = (_path, next) => (request, call) => {
    if (call.metadata.get('authorization').length === 0) throw new Failure('invalid', 'who are you?')
    return next(request, call)
  }
  const check = unary(HealthDefinition.fullName, HealthDefinition.methods.check)
  const { SERVING } = HealthCheckResponse_ServingStatus
  const interceptors = [counted({ ...memoryPorts(), metrics }), refuseStrangers]
  const answer = handleCall(check, interceptors, async () => ({ status: SERVING }))
  const server = await serveGrpc([{ definition: { check }, implementation: { check: answer } }], {
    host: '127.0.0.1',
    port: 0,
  })
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
  const call = (metadata: Metadata) =>
    new Promise((resolve) => {
      const { path, requestSerialize, responseDeserialize } = check
      client.makeUnaryRequest(
        path,
        requestSerialize,
        responseDeserialize,
        { service: '' },
        metadata,
        (error, response) => resolve(error === null ? response : [error.code, error.details]),
      )
    })
  const known = new Metadata()
  known.set('authorization', 'me')
  expect(await call(new Metadata())).toEqual([status.INVALID_ARGUMENT, 'who are you?'])
  expect(await call(known)).toEqual({ status: SERVING })
  client.close()
  await server.close()
  const endpoint = 'endpoint=/grpc.health.v1.Health/Check'
  expect(counts).toEqual({
    [`requestSeconds ${endpoint}`]: 2,
    [`requests ${endpoint} code=${status.INVALID_ARGUMENT}`]: 1,
    [`requests ${endpoint} code=0`]: 1,
  })
})
