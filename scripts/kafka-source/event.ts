/**
 * From a Kafka record to the CloudEvent that KafkaSource makes of it (eventing-kafka-broker, `CloudEventDeserializer`
 * and `InvalidCloudEventInterceptor`): a valid CloudEvent in structured or binary mode is passed on as the event it is,
 * anything else is wrapped. No record is ever refused here.
 */
import { isUriReference } from '../../functions/_core/attributes.ts'
import { isTimestamp } from '../../functions/_core/time.ts'
import { type ConsumedRecord, headerText } from '../lib/kafka/record.ts'

export interface CloudEvent {
  /** Context attributes and extensions by name, `datacontenttype` apart. */
  readonly attributes: ReadonlyMap<string, string>
  readonly contentType: string | undefined
  readonly data: Buffer | null
}

/** The KafkaSource that delivers. */
export interface Origin {
  readonly namespace: string
  readonly name: string
  /** The newest versions add where the record was to every event, also to a valid one. */
  readonly addPosition: boolean
  /** The label `kafkasources.sources.knative.dev/key-type`; not `float`, whose text is Java's own. */
  readonly keyType: 'string' | 'int' | 'byte-array'
}

const STRUCTURED = /^application\/cloudevents\+json\s*(?:;|$)/i
/** CloudEvents 1.0 section 3.1: lower-case letters and digits. */
const NAME = /^[a-z0-9]+$/

export function cloudEventOf(record: ConsumedRecord, origin: Origin): CloudEvent {
  const contentType = record.headers['content-type']
  const event =
    contentType !== undefined && STRUCTURED.test(headerText(contentType))
      ? structured(record.value)
      : binary(record)
  const delivered = event ?? wrapped(record, origin)
  if (!origin.addPosition) return delivered
  const position = [
    ['knativekafkapartition', String(record.partition)],
    ['knativekafkaoffset', String(record.offset)],
  ] as const
  return { ...delivered, attributes: new Map([...delivered.attributes, ...position]) }
}

/** Kafka protocol binding, section 3.2: attributes are headers with the prefix `ce_`. */
function binary({ headers, value }: ConsumedRecord): CloudEvent | undefined {
  if (headers.ce_specversion === undefined) return undefined
  const attributes = new Map<string, string>()
  let contentType: string | undefined
  for (const key of Object.keys(headers)) {
    if (key === 'content-type' || key === 'ce_datacontenttype') contentType = headerText(headers[key])
    else if (key.startsWith('ce_')) attributes.set(key.slice(3).toLowerCase(), headerText(headers[key]))
  }
  return valid({ attributes, contentType, data: value })
}

/** Kafka protocol binding, section 3.3, and the JSON event format. */
function structured(value: Buffer | null): CloudEvent | undefined {
  const json = parse(value)
  if (json === undefined) return undefined
  const { data, data_base64: base64, datacontenttype, ...context } = json
  const contentType = datacontenttype ?? undefined
  if (contentType !== undefined && typeof contentType !== 'string') return undefined
  const attributes = new Map<string, string>()
  for (const [name, attribute] of Object.entries(context)) {
    if (attribute === null) continue
    if (typeof attribute === 'object') return undefined
    attributes.set(name, String(attribute))
  }
  const bytes = typeof base64 === 'string' ? Buffer.from(base64, 'base64') : dataBytes(data, contentType)
  return valid({ attributes, contentType, data: bytes })
}

function parse(value: Buffer | null): Record<string, unknown> | undefined {
  try {
    const json: unknown = JSON.parse(String(value))
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? { ...json } : undefined
  } catch {
    return undefined
  }
}

/** JSON event format, section 3.1.1: a string is itself unless the content type says JSON, which is also the default. */
function dataBytes(data: unknown, contentType = 'application/json'): Buffer | null {
  if (data === undefined) return null
  const isJson = /^[^;]*[/+]json\s*(?:;|$)/i.test(contentType)
  return Buffer.from(typeof data === 'string' && !isJson ? data : JSON.stringify(data))
}

function valid(event: CloudEvent): CloudEvent | undefined {
  const { attributes } = event
  const version = attributes.get('specversion')
  const time = attributes.get('time')
  const source = attributes.get('source')
  const isValid =
    (version === '1.0' || version === '0.3') &&
    Boolean(attributes.get('id') && attributes.get('type') && source) &&
    isUriReference(source ?? '') &&
    (time === undefined || isTimestamp(time)) &&
    isUriReference(attributes.get('dataschema') ?? '') &&
    [...attributes.keys()].every((name) => NAME.test(name))
  if (!isValid) return undefined
  return time === undefined
    ? event
    : { ...event, attributes: new Map(attributes).set('time', javaTime(time)) }
}

/** `OffsetDateTime.toString` of what was parsed (sdk-java, `Time`): no zeros at the end of a fraction, `Z` for no offset. */
const javaTime = (time: string): string =>
  time
    .toUpperCase()
    .replace(/\.(\d*?)0+(?=[Z+-])/, (_, digits) => (digits === '' ? '' : `.${digits}`))
    .replace(/[+-]00:00$/, 'Z')

function wrapped(record: ConsumedRecord, { namespace, name, keyType }: Origin): CloudEvent {
  const { topic, partition, offset, timestampMs, headers, key } = record
  const attributes = new Map([
    ['specversion', '1.0'],
    ['id', `partition:${partition}/offset:${offset}`],
    ['source', `/apis/v1/namespaces/${namespace}/kafkasources/${name}#${topic}`],
    ['type', 'dev.knative.kafka.event'],
    ['subject', `partition:${partition}#${offset}`],
    ['time', javaTime(new Date(timestampMs).toISOString())],
  ])
  if (key !== null && key.length > 0) {
    attributes.set('partitionkey', keyText(key, keyType))
    attributes.set('key', keyText(key, keyType))
  }
  let contentType: string | undefined
  for (const [header, value] of Object.entries(headers)) {
    if (header.toLowerCase() === 'content-type') contentType = headerText(value).toLowerCase()
    else attributes.set(`kafkaheader${header.toLowerCase().replace(/[^a-z0-9]/g, '')}`, headerText(value))
  }
  return { attributes, contentType, data: record.value }
}

/** `KeyDeserializer`: an `int` that has not 4 bytes is text; bytes are Base64 in an attribute (CloudEvents 1.0, section 2.3). */
function keyText(key: Buffer, keyType: Origin['keyType']): string {
  if (keyType === 'byte-array') return key.toString('base64')
  return keyType === 'int' && key.length === 4 ? String(key.readInt32BE()) : key.toString()
}
