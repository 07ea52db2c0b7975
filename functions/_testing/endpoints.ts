/** Every endpoint of the system, in process: sends one thing, answers what a client sees and what was taken. */
import { Client, credentials, type ServiceError } from '@grpc/grpc-js'
import { methodsOf } from '../_adapters/grpc/definitions.ts'
import { serveGrpc } from '../_adapters/grpc/server.ts'
import type { Domain, Endpoint, Value } from '../_core/domain.ts'
import { aggregatorHandler } from '../aggregator/handler.ts'
import { bridgeHandler } from '../bridge/handler.ts'
import { ingestHandler } from '../ingest/handler.ts'
import { publisherHandler } from '../publisher/handler.ts'
import { memoryPorts, memorySink } from './ports.ts'

export interface Seen {
  /** HTTP status, or gRPC status code. */
  readonly status: number
  readonly answer: unknown
  /** What the endpoint handed over. */
  readonly taken: readonly Value[]
}

export interface Endpoints {
  send(endpoint: Endpoint, domain: Domain, sent: unknown): Promise<Seen>
  close(): Promise<void>
}

type Post = (request: Request) => Response | Promise<Response>
const JSON_TYPE = { 'content-type': 'application/json' }

export async function openEndpoints(): Promise<Endpoints> {
  const ports = memoryPorts()
  const sink = memorySink()
  const handler = { ...ports, submit: sink.submit }
  const apps = {
    ingest: ingestHandler(handler),
    bridge: bridgeHandler(handler),
    aggregator: aggregatorHandler(handler),
  }
  const server = await serveGrpc(publisherHandler(handler), { host: '127.0.0.1', port: 0 })
  const client = new Client(`127.0.0.1:${server.port}`, credentials.createInsecure())
  const endpoints: Record<Endpoint, (domain: Domain, sent: unknown) => Promise<Omit<Seen, 'taken'>>> = {
    http: (domain, sent) => postJson(apps.ingest.fetch, domain.routes[0]?.path ?? '', JSON_TYPE, sent),
    bulk: (domain, sent) => {
      const path = domain.routes.find((route) => route.bulk)?.path ?? ''
      return postJson(apps.ingest.fetch, path, JSON_TYPE, [sent])
    },
    procesar: (domain, sent) =>
      domain.plainAtBridge
        ? postJson(apps.bridge.fetch, '/procesar', JSON_TYPE, sent)
        : postJson(apps.bridge.fetch, '/procesar', { ...JSON_TYPE, ...binaryHeaders(domain.type) }, sent),
    cloudevent: (domain, sent) => {
      const event = { specversion: '1.0', id: 'e1', source: '/cliente', type: domain.type, data: sent }
      return postJson(apps.ingest.fetch, '/', { 'content-type': 'application/cloudevents+json' }, event)
    },
    record: (domain, sent) => {
      const source = `/apis/v1/namespaces/n/kafkasources/s#${domain.topic}`
      return postJson(apps.aggregator.fetch, '/', binaryHeaders('dev.knative.kafka.event', source), sent)
    },
    grpc: (domain, sent) => call(client, domain, sent),
  }
  return {
    send: async (endpoint, domain, sent) => {
      sink.events.length = 0
      const seen = await endpoints[endpoint](domain, sent)
      return { ...seen, taken: sink.events.map((event) => event.value) }
    },
    close: async () => {
      client.close()
      await server.close()
    },
  }
}

const binaryHeaders = (type: string, source = '/cliente') => ({
  'ce-specversion': '1.0',
  'ce-id': 'partition:0/offset:1',
  'ce-source': source,
  'ce-type': type,
})

async function postJson(post: Post, path: string, headers: Record<string, string>, sent: unknown) {
  const body = JSON.stringify(sent)
  const response = await post(new Request(`http://localhost${path}`, { method: 'POST', headers, body }))
  const text = await response.text()
  return { status: response.status, answer: text === '' ? '' : JSON.parse(text) }
}

/** The unary method, with what is left out as protobuf has it. */
function call(client: Client, domain: Domain, sent: unknown): Promise<Omit<Seen, 'taken'>> {
  const { path, requestSerialize, responseDeserialize } = methodsOf(domain.grpc).one
  const absent = Object.fromEntries(domain.fields.map((field) => [field.name, field.absent]))
  const message = domain.toMessage({ ...absent, ...(sent as Value) }, undefined) as object
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      message,
      (error: ServiceError | null, answer) =>
        resolve(error === null ? { status: 0, answer } : { status: error.code, answer: error.details }),
    )
  })
}
