/**
 * The dead letter sink: a KafkaSink as it is reached, by the same kind of request as any sink. What a request cannot carry
 * it never sees, so it keeps attributes as they arrived, not as they were in the log.
 */
import type { Message, Producer } from 'kafkajs'
import type { CloudEvent } from './event.ts'
import { type HttpEvent, receivedHeaders } from './http.ts'
import type { Answer } from './post.ts'

/** What `knativeerrordata` keeps of an answer, before Base64. */
const ERROR_DATA_BYTES = 1_024
const ALL_IN_SYNC_REPLICAS = -1
/** Vert.x, `HttpServerOptions.DEFAULT_MAX_HEADER_SIZE`: `config-kafka-sink-httpserver.properties` sets no other. Not measured. */
const SINK_HEADER_BYTES = 8_192
/** `max.request.size` of `config-kafka-sink-producer.properties`, for a record with its framing. */
const SINK_RECORD_BYTES = 1_048_576
/** A name, a colon, a space, the value, and the end of the line. */
const HEADER_FRAME_BYTES = 4
/** Kafka's `RecordBatch` overhead, and the most that a record's and a header's lengths take. */
const BATCH_FRAME_BYTES = 61 + 5 * 5 + 5
const RECORD_HEADER_FRAME_BYTES = 10

const ACCEPTED = 202
const FIELDS_TOO_LARGE = 431
const UNAVAILABLE = 503
const NOTHING = Buffer.alloc(0)

/**
 * The event with the reason as extensions (Knative data plane specification, "error extensions").
 * @param destination the sink that did not take it
 */
export function withReason(event: CloudEvent, destination: string, { status, body }: Answer): CloudEvent {
  const attributes = new Map(event.attributes).set('knativeerrordest', destination)
  if (status !== undefined) {
    attributes.set('knativeerrorcode', String(status))
    const data = body.subarray(0, ERROR_DATA_BYTES).toString('base64')
    if (data !== '') attributes.set('knativeerrordata', data)
  }
  return { ...event, attributes }
}

/** Writes what arrived by `request`; it never rejects. */
export type DeadLetterSink = (request: HttpEvent, topic: string) => Promise<Answer>

export function kafkaSink(producer: Producer): DeadLetterSink {
  return async (request, topic) => {
    if (headerBytes(request) > SINK_HEADER_BYTES) return answer(FIELDS_TOO_LARGE, 'its headers are too long')
    const message = recordOf(request)
    if (recordBytes(message) > SINK_RECORD_BYTES) return answer(UNAVAILABLE, 'its record is too long')
    try {
      await producer.connect()
      await producer.send({ topic, messages: [message], acks: ALL_IN_SYNC_REPLICAS })
      return answer(ACCEPTED)
    } catch (error) {
      return answer(UNAVAILABLE, error instanceof Error ? error.message : String(error))
    }
  }
}

const answer = (status: number, problem?: string): Answer => ({ status, problem, body: NOTHING })

function headerBytes({ headers }: HttpEvent): number {
  return headers.reduce((sum, text) => sum + text.length, (HEADER_FRAME_BYTES * headers.length) / 2)
}

interface SinkRecord extends Message {
  readonly headers: Readonly<Record<string, string>>
}

/** Kafka protocol binding, section 3.2; the key is the extension `partitionkey` (its section 3.1), as text. */
function recordOf(request: HttpEvent): SinkRecord {
  const headers: Record<string, string> = {}
  const received = receivedHeaders(request)
  for (const [name, value] of received) {
    if (name.startsWith('ce-')) headers[`ce_${name.slice(3)}`] = value
  }
  const contentType = received.get('content-type')
  if (contentType !== undefined) headers['content-type'] = contentType
  return { key: headers.ce_partitionkey ?? null, value: request.body, headers }
}

function recordBytes({ key, value, headers }: SinkRecord): number {
  let bytes = BATCH_FRAME_BYTES + Buffer.byteLength(key ?? '') + (value?.length ?? 0)
  for (const [name, text] of Object.entries(headers)) {
    bytes += RECORD_HEADER_FRAME_BYTES + Buffer.byteLength(name) + Buffer.byteLength(text)
  }
  return bytes
}
