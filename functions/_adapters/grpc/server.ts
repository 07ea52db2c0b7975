/** gRPC services from plain async functions: metrics, and failures as status codes. */
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServerWritableStream,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { type RequestMetadata, requestMetadata } from '../../_core/assign-identity.ts'
import { asFailure, ERRORS, Failure } from '../../_core/errors.ts'
import { CONNECTION_CALLS, GRPC_MESSAGE_BYTES, REQUEST_TIMEOUT_MS } from '../../_core/limits.ts'
import type { Metrics } from '../../_core/metrics.ts'
import type { Logger } from '../../_core/ports.ts'
import { defaultBounds, type ServerBounds } from '../../_core/server-bounds.ts'
import { boundCalls } from './arriving.ts'
import type { Unary } from './definitions.ts'
import { pushback } from './pushback.ts'
import { decodingWith } from './undecoded.ts'

export interface Service {
  readonly definition: ServiceDefinition
  readonly implementation: UntypedServiceImplementation
}

export interface CallPorts {
  readonly metrics: Metrics
  readonly log: Logger
}

/** What is known of a call beside its message. */
export type Call = Pick<ServerUnaryCall<unknown, unknown>, 'metadata' | 'getPeer'>

export type Answer<Request, Response> = (request: Request, call: Call) => Promise<Response>

/** What stands around a method's answer: it may look at the call, refuse it with a Failure, or see how it ends. */
export type Interceptor = <Request, Response>(
  path: string,
  next: Answer<Request, Response>,
) => Answer<Request, Response>

/**
 * Counts each call and how long it took, failures as well. It stands before all others, so that what they refuse is
 * counted too.
 */
export const counted =
  ({ metrics, log }: CallPorts): Interceptor =>
  (path, next) => {
    const seconds = metrics.histogram('requestSeconds', { endpoint: path })
    const count = (code: number) => metrics.counter('requests', { endpoint: path, code: String(code) })
    const ok = count(0)
    return async (request, call) => {
      const start = performance.now()
      try {
        const response = await next(request, call)
        ok()
        return response
      } catch (error) {
        const { code } = asFailure(error)
        if (code === 'internal') log.error({ err: error, endpoint: path }, 'defect')
        count(ERRORS[code].grpc)()
        throw error
      } finally {
        seconds((performance.now() - start) / 1000)
      }
    }
  }

/**
 * One method; its failures become status codes with the text that names the bad fields.
 *
 * @param interceptors the first is outermost
 * @example
 * handleCall(method, [counted(ports), authenticate], async (message, metadata) => ({ estado: 'OK', exito: true }))
 */
export function handleCall<Request, Response>(
  { path }: Unary<Request, Response>,
  interceptors: readonly Interceptor[],
  answer: (request: Request, metadata: RequestMetadata) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  const innermost: Answer<Request, Response> = async (request, { metadata }) => {
    if (request instanceof Failure) throw request
    return answer(request, metadataOf(metadata))
  }
  const answerAll = interceptors.reduceRight((next, around) => around(path, next), innermost)
  return async (call, callback) => {
    try {
      callback(null, await answerAll(call.request, call))
    } catch (error) {
      callback(statusOf(asFailure(error)))
    }
  }
}

/** How a call ends that fails. */
export const statusOf = ({ code, message }: Failure) => ({
  code: ERRORS[code].grpc,
  details: message,
  metadata: Metadata.fromHttp2Headers(pushback(code)),
})

export interface GrpcServer {
  readonly port: number
  /** Answers what has begun, then closes. */
  close(): Promise<void>
}

/**
 * @param deadlineMs for a call's messages to be there
 */
export async function serveGrpc(
  services: readonly Service[],
  at: { host: string; port: number },
  bounds: ServerBounds = defaultBounds(),
  deadlineMs = REQUEST_TIMEOUT_MS,
): Promise<GrpcServer> {
  const server = new Server({
    'grpc.max_receive_message_length': GRPC_MESSAGE_BYTES,
    'grpc.max_send_message_length': GRPC_MESSAGE_BYTES,
    'grpc.max_concurrent_streams': CONNECTION_CALLS,
  })
  const streams = new Set<Stream>()
  const decoding = decodingWith(bounds.bodies)
  for (const service of services) server.addService(service.definition, followed(service, streams, decoding))
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${at.host}:${at.port}`, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    )
  })
  boundCalls(server, bounds, { deadlineMs, lasting: lastingPaths(services) })
  const close = (): Promise<void> => {
    for (const stream of streams) stream.end()
    return new Promise((resolve) => server.tryShutdown(() => resolve()))
  }
  return { port, close }
}

const lastingPaths = (services: readonly Service[]): ReadonlySet<string> =>
  new Set(
    services
      .flatMap(({ definition }) => Object.values(definition))
      .filter(({ requestStream, responseStream }) => responseStream && !requestStream)
      .map(({ path }) => path),
  )

type Stream = ServerWritableStream<unknown, unknown>

/** Clients keep streams open for as long as they like, and a server that stops would wait for them: `open` has them. */
function followed(
  { definition, implementation }: Service,
  open: Set<Stream>,
  decoding: ReturnType<typeof decodingWith>,
): UntypedServiceImplementation {
  const methods = Object.entries(implementation).map(([name, handle]) => {
    if (!definition[name]?.responseStream) {
      return [name, decoding(handle as handleUnaryCall<unknown, unknown>)]
    }
    const follow = (stream: Stream): void => {
      const forget = (): void => void open.delete(stream)
      open.add(stream)
      stream.on('cancelled', forget)
      stream.on('close', forget)
      ;(handle as handleServerStreamingCall<unknown, unknown>)(stream)
    }
    return [name, follow]
  })
  return Object.fromEntries(methods)
}

function metadataOf(metadata: Metadata): RequestMetadata {
  const first = (name: string): string | undefined => metadata.get(name)[0]?.toString()
  return requestMetadata(first('idempotency-key'), first('traceparent'))
}
