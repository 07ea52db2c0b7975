/**
 * The bare minimum of a server: reads a request to its events and answers, over HTTP/1.1, HTTP/2 or grpc-js, with JSON
 * or Protobuf. No framework, no next step, and no checks unless asked for: what is left is transport and serialisation.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createServer2 } from 'node:http2'
import { flushCompileCache } from 'node:module'
import type { AddressInfo } from 'node:net'
import { methodsOf } from '../../../functions/_adapters/grpc/definitions.ts'
import { serveGrpc } from '../../../functions/_adapters/grpc/server.ts'
import { schemaOf } from '../../../functions/_core/accept.ts'
import type { Domain } from '../../../functions/_core/domain.ts'
import { domains } from '../../../functions/_core/domains/index.ts'
import { codecOf } from '../client/codec.ts'
import type { BareOptions, BareReply } from './protocol.ts'

const HOST = '127.0.0.1'
const options = JSON.parse(process.argv[2] ?? '') as BareOptions
const domain = domains.find(({ name }) => name === options.domain)
if (domain === undefined) throw new Error(`there is no domain ${options.domain}`)
const codec = codecOf(domain, { ...options, extraBytes: 0 })
const schema = schemaOf(domain)
const ANSWER = { estado: 'OK', exito: true }
let events = 0

function read(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks
  const body = chunks.length === 1 && first !== undefined ? first : Buffer.concat(chunks)
  const values = codec.decode(body)
  if (options.checks) for (const value of values) schema.parse(value)
  events += values.length
  if (options.format === 'json') return Buffer.from(JSON.stringify(ANSWER))
  return Buffer.from((domain as Domain).grpc.one.responseType.encode(ANSWER).finish())
}

async function listen(): Promise<number> {
  if (options.transport === 'grpc') return listenGrpc(domain as Domain)
  const headers = { 'content-type': codec.contentType }
  const http1 = () =>
    createServer({ keepAliveTimeout: 0 }, (request, response) => {
      collect(request, (body) => {
        response.writeHead(200, { ...headers, 'content-length': body.length })
        response.end(body)
      })
    })
  const http2 = () => {
    const server = createServer2()
    server.on('stream', (stream) => {
      collect(stream, (body) => {
        stream.respond({ ':status': 200, ...headers })
        stream.end(body)
      })
    })
    return server
  }
  const server = options.transport === 'http1' ? http1() : http2()
  server.listen(0, HOST)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function collect(stream: NodeJS.ReadableStream, then: (answer: Buffer) => void): void {
  const chunks: Buffer[] = []
  stream.on('data', (chunk: Buffer) => void chunks.push(chunk))
  stream.on('end', () => then(read(chunks)))
}

async function listenGrpc({ grpc }: Domain): Promise<number> {
  const { one } = methodsOf(grpc)
  const definition = { one: { ...one, requestDeserialize: codec.decode } }
  const reply = (_call: unknown, callback: (error: null, answer: object) => void): void => {
    events++
    callback(null, ANSWER)
  }
  const { port } = await serveGrpc([{ definition, implementation: { one: reply } }], { host: HOST, port: 0 })
  return port
}

const tell = (reply: BareReply): void => void process.send?.(reply)
process.on('message', () => tell({ events }))
process.on('disconnect', () => process.exit())
tell({ port: await listen() })
// At once: who stops it does not let it come to its own end.
flushCompileCache()
