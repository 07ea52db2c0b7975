/** One event through one endpoint, as a client of that endpoint sends it, with what it answered and how long it took. */
import { randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { type BatchResponse, methodsOf } from '../../_adapters/grpc/definitions.ts'
import { accept } from '../../_core/accept.ts'
import type { Domain } from '../../_core/domain.ts'
import { asFailure, ERRORS } from '../../_core/errors.ts'
import { CLOUDEVENT } from '../../_core/media-types.ts'
import { quoted } from '../addresses.ts'
import type { Endpoint, SendRequest, SendResult } from '../api.ts'

/** Where each endpoint is: an HTTP URL, or host:port of gRPC. */
export type Targets = Readonly<Partial<Record<Endpoint, string>>>

export interface Sender {
  send(
    domain: Domain,
    endpoint: Endpoint,
    sent: Pick<SendRequest, 'value' | 'idempotencyKey'>,
  ): Promise<SendResult>
  close(): void
}

type Sent = Pick<SendRequest, 'value' | 'idempotencyKey'>
type Answered = Pick<SendResult, 'ok' | 'status' | 'answer' | 'receipt'>

const DEADLINE_MS = 10_000
/** What is shown of an answer, in characters. */
const ANSWER_CHARS = 4_096
const OK = 200

export function sender(targets: Targets): Sender {
  const agent = new Agent({ keepAlive: true })
  const grpc = targets.grpc === undefined ? undefined : new Client(targets.grpc, credentials.createInsecure())
  const through = async (endpoint: Endpoint, domain: Domain, sent: Sent, traceparent: string) => {
    if (endpoint === 'grpc' && grpc !== undefined) return overGrpc(grpc, domain, sent, traceparent)
    const post = httpRequest(targets, endpoint, domain, sent, traceparent)
    return overHttp(agent, post, post.receipt)
  }
  return {
    send: async (domain, endpoint, sent) => {
      const traceparent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`
      const startedMs = Date.now()
      const start = performance.now()
      const answered = await through(endpoint, domain, sent, traceparent).catch(notAnswered)
      const durationMs = performance.now() - start
      const command = commandOf(targets, endpoint, domain, sent, traceparent)
      return { endpoint, ...answered, durationMs, startedMs, traceparent, command }
    },
    close: () => {
      agent.destroy()
      grpc?.close()
    },
  }
}

const notAnswered = (error: unknown): Answered => {
  const answer = error instanceof Error ? error.message : String(error)
  return { ok: false, status: null, answer, receipt: null }
}

interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Of an event whose identity is given here. */
  readonly receipt: string | null
}

/** Ingest takes what a client of that domain posts; the bridge takes that only of one domain, and of others a CloudEvent. */
function httpRequest(
  targets: Targets,
  endpoint: Endpoint,
  domain: Domain,
  sent: Sent,
  traceparent: string,
): Post {
  const base = (targets[endpoint] ?? '').replace(/\/$/, '')
  const key = sent.idempotencyKey === undefined ? {} : { 'idempotency-key': sent.idempotencyKey }
  const headers = { 'content-type': 'application/json', traceparent, ...key }
  const body = JSON.stringify(sent.value)
  if (endpoint === 'rest') {
    return { url: `${base}${domain.routes[0]?.path ?? '/'}`, headers, body, receipt: null }
  }
  const url = `${base}/procesar`
  if (domain.plainAtBridge) return { url, headers, body, receipt: null }
  const [source, id] = ['/console', sent.idempotencyKey ?? randomBytes(12).toString('hex')]
  const event = { specversion: '1.0', id, source, type: domain.type, traceparent, data: sent.value }
  return {
    url,
    headers: { 'content-type': CLOUDEVENT },
    body: JSON.stringify(event),
    receipt: `${source}#${id}`,
  }
}

function overHttp(agent: Agent, { url, headers, body }: Post, receipt: string | null): Promise<Answered> {
  const bytes = Buffer.from(body)
  const all = { ...headers, 'content-length': bytes.length }
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers: all, timeout: DEADLINE_MS }, (response) => {
      const status = response.statusCode ?? 0
      const ok = status === OK
      const id = response.headers['event-id']
      const told = typeof id === 'string' ? decodeURIComponent(id) : receipt
      text(response).then(
        (answer) => resolve({ ok, status, answer: answer.slice(0, ANSWER_CHARS), receipt: ok ? told : null }),
        reject,
      )
    })
    sent.on('timeout', () => sent.destroy(new Error(`no answer for ${DEADLINE_MS} ms`)))
    sent.on('error', reject)
    sent.end(bytes)
  })
}

/** A batch of one: its result says the receipt, which the unary method does not. */
function overGrpc(client: Client, domain: Domain, sent: Sent, traceparent: string): Promise<Answered> {
  let message: unknown
  try {
    message = domain.toMessage(accept(domain, sent.value, 'required'), undefined)
  } catch (error) {
    // What a protobuf message cannot even carry is refused where it is made, as by any typed client.
    const { code, message: answer } = asFailure(error)
    return Promise.resolve({ ok: false, status: ERRORS[code].grpc, answer, receipt: null })
  }
  const { path, requestSerialize, responseDeserialize } = methodsOf(domain.grpc).batch
  const metadata = new Metadata()
  metadata.set('traceparent', traceparent)
  if (sent.idempotencyKey !== undefined) metadata.set('idempotency-key', sent.idempotencyKey)
  const call = { [domain.grpc.items]: [message as object] }
  return new Promise((resolve) => {
    const deadline = { deadline: Date.now() + DEADLINE_MS }
    client.makeUnaryRequest(
      path,
      requestSerialize,
      responseDeserialize,
      call,
      metadata,
      deadline,
      (error, response) => {
        if (error !== null)
          return resolve({ ok: false, status: error.code, answer: error.details, receipt: null })
        const [result] = (response as BatchResponse).resultados
        const ok = result?.exito ?? false
        resolve({
          ok,
          status: result?.codigo ?? null,
          answer: JSON.stringify(response),
          receipt: result?.id || null,
        })
      },
    )
  })
}

function commandOf(
  targets: Targets,
  endpoint: Endpoint,
  domain: Domain,
  sent: Sent,
  traceparent: string,
): string {
  if (endpoint === 'grpc') {
    const { fullName, batch, items } = domain.grpc
    const data = quoted(JSON.stringify({ [items]: [sent.value] }))
    const header = quoted(`traceparent: ${traceparent}`)
    return `grpcurl -plaintext -H ${header} -d ${data} ${targets.grpc} ${fullName}/${batch.name}`
  }
  const { url, headers, body } = httpRequest(targets, endpoint, domain, sent, traceparent)
  const flags = Object.entries(headers).map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`)
  return `curl -i ${url} ${flags.join(' ')} -d ${quoted(body)}`
}
