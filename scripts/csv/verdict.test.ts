/** Every error of the closed table, as our endpoints answer it, means the same by REST and by gRPC. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { methodsOf } from '../../functions/_adapters/grpc/definitions.ts'
import { type GrpcServer, handleCall, serveGrpc } from '../../functions/_adapters/grpc/server.ts'
import { domains } from '../../functions/_core/domains/index.ts'
import { ERRORS, type ErrorCode, Failure } from '../../functions/_core/errors.ts'
import { grpcTarget, httpTarget, type Target } from './targets.ts'
import { grpcVerdict, httpVerdict, type Verdict, verdictOf } from './verdict.ts'

const [domain = never()] = domains
let code: ErrorCode | undefined
let http: Server
let grpc: GrpcServer
let targets: readonly Target[]
beforeAll(async () => {
  http = createServer((request, response) => {
    request.resume()
    response.writeHead(code === undefined ? 200 : ERRORS[code].http).end('{"detail":"because"}')
  }).listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { one } = methodsOf(domain.grpc)
  const answer = async () => {
    if (code !== undefined) throw new Failure(code, 'because')
    return { estado: 'OK', exito: true }
  }
  const service = { definition: { one }, implementation: { one: handleCall(one, [], answer) } }
  grpc = await serveGrpc([service], { host: '127.0.0.1', port: 0 })
  const { port } = http.address() as AddressInfo
  targets = [
    httpTarget({ address: `http://127.0.0.1:${port}` }, domain, 1),
    grpcTarget({ address: `127.0.0.1:${grpc.port}` }, domain),
  ]
})
afterAll(async () => {
  for (const target of targets) target.close()
  http.close()
  await grpc.close()
})

const send = () => {
  const value = domain.examples[0]?.stored ?? {}
  return Promise.all(targets.map((target) => target.send(value, 'key')))
}

it('no error is stored', async () => {
  code = undefined
  expect(await send()).toEqual([{ is: 'stored' }, { is: 'stored' }])
})

it.each(Object.keys(ERRORS) as ErrorCode[])('%s', async (one) => {
  code = one
  const answer = { is: verdictOf(one), reason: 'because' }
  expect(await send()).toEqual([answer, answer])
})

it.each<[ErrorCode, Verdict]>([
  ['keyReused', 'refused'],
  ['invalid', 'refused'],
  ['tooLarge', 'refused'],
  ['busy', 'later'],
  ['unavailable', 'later'],
  ['tooSlow', 'later'],
  ['internal', 'later'],
])('%s is %s', (one, verdict) => expect(verdictOf(one)).toBe(verdict))

it('what others on the way answer is no defect of a line unless they say so', () => {
  expect([401, 403, 409, 425, 502, 504].map(httpVerdict)).toEqual([
    ...['refused', 'refused', 'refused'],
    ...['later', 'later', 'later'],
  ])
  const [cancelled, unknown, denied, aborted, unauthenticated] = [1, 2, 7, 10, 16]
  const verdicts = [cancelled, unknown, aborted, denied, unauthenticated].map((one) =>
    grpcVerdict(one, false),
  )
  expect(verdicts).toEqual(['later', 'later', 'later', 'refused', 'refused'])
})

function never(): never {
  throw new Error('there is no domain')
}
