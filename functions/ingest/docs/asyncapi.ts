/**
 * The AsyncAPI 3.0 document of the log: a topic for each domain and its dead letter topic, with the headers of the
 * CloudEvents Kafka protocol binding 1.0 (section 3.2, binary content mode).
 */

import { recordOf } from '../../_adapters/cloudevents/kafka-record.ts'
import { examplesFor, type Json, sentSchema, storedSchema, wordOf } from '../../_adapters/docs/schemas.ts'
import { VERSION } from '../../_adapters/docs/version.embedded.ts'
import type { Domain } from '../../_core/domain.ts'
import type { Event } from '../../_core/event.ts'
import { JSON_TYPE } from '../../_core/media-types.ts'
import { deadLetterTopic, type Registry, topicsOf } from '../../_core/registry.ts'
import { attributes, EXAMPLE_SOURCE, EXAMPLE_TIME, requiredAttributes } from './cloudevent.ts'
import { packedMessage } from './packed-message.ts'

const KAFKA_BINDING = '0.5.0'
const HEADER_PREFIX = 'ce_'

const ABOUT = `The topics of Caudal. The publisher writes packed records, or one for each event (KAFKA_RECORDS); both, and
those of others, may lie in one topic. Whoever may write to a topic may write to these: a record with CloudEvents headers
keeps its identity, (ce_source, ce_id), and one without is numbered by its partition and offset. Each event counts once.`

export function asyncApiDocument({ all }: Registry): Json {
  return {
    asyncapi: '3.0.0',
    info: { title: 'Caudal log', version: VERSION, description: ABOUT },
    defaultContentType: JSON_TYPE,
    servers: {
      kafka: {
        host: '{brokers}',
        protocol: 'kafka',
        description: 'Apache Kafka.',
        variables: { brokers: { description: 'host:port of a broker.', default: '127.0.0.1:9092' } },
      },
    },
    channels: Object.assign({}, ...topicsOf(all).map((topic) => channels(topic, all))),
    operations: Object.assign({}, ...all.map(operations)),
    components: {
      messages: Object.assign({}, ...all.map(messages)),
      schemas: {
        ...Object.fromEntries(all.map((domain) => [wordOf(domain), sentSchema(domain)])),
        ...Object.fromEntries(all.map((domain) => [`Stored${wordOf(domain)}`, storedSchema(domain)])),
      },
    },
  }
}

interface Names {
  readonly packed: string
  readonly event: string
  readonly plain: string
  readonly deadLetter: string
}

function namesOf(domain: Domain): Names {
  const word = wordOf(domain)
  return {
    packed: `Packed${word}s`,
    event: `${word}Event`,
    plain: `Plain${word}`,
    deadLetter: `${word}DeadLetter`,
  }
}

/** @param all domains: several may share a topic */
function channels(topic: string, all: readonly Domain[]): Json {
  const domains = all.filter((domain) => domain.topic === topic)
  const names = domains.map(namesOf)
  const titles = domains.map(({ title }) => title.toLowerCase()).join(' and ')
  const channel = (address: string, description: string, names: readonly string[]): Json => ({
    address,
    title: address,
    description,
    servers: [{ $ref: '#/servers/kafka' }],
    messages: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/messages/${name}` }])),
    bindings: { kafka: { topic: address, bindingVersion: KAFKA_BINDING } },
  })
  const dead = deadLetterTopic(topic)
  return {
    [topic]: channel(
      topic,
      `Each ${titles} that was accepted.`,
      names.flatMap(({ packed, event, plain }) => [packed, event, plain]),
    ),
    [dead]: channel(
      dead,
      `Records of ${topic} that could not be counted, with the reason.`,
      names.map(({ deadLetter }) => deadLetter),
    ),
  }
}

function operations(domain: Domain): Json {
  const { packed, event, plain, deadLetter } = namesOf(domain)
  const operation = (action: string, topic: string, summary: string, names: readonly string[]): Json => ({
    action,
    summary,
    channel: { $ref: `#/channels/${topic}` },
    messages: names.map((name) => ({ $ref: `#/channels/${topic}/messages/${name}` })),
  })
  const { topic } = domain
  const dead = deadLetterTopic(topic)
  return {
    [`store_${domain.name}`]: operation('send', topic, 'The publisher stores what the endpoints accept.', [
      packed,
      event,
    ]),
    [`count_${domain.name}`]: operation('receive', topic, 'The aggregator counts each event once.', [
      packed,
      event,
      plain,
    ]),
    [`dead_letter_${domain.name}`]: operation('send', dead, 'What was refused is kept here.', [deadLetter]),
  }
}

function messages(domain: Domain): Json {
  const { packed, event, plain, deadLetter } = namesOf(domain)
  const word = wordOf(domain)
  const key = storedSchema(domain).properties as Readonly<Record<string, Json>>
  const stored = { $ref: `#/components/schemas/Stored${word}` }
  const sent = { $ref: `#/components/schemas/${word}` }
  const message = (
    title: string,
    payload: Json,
    headers: Json | undefined,
    examples: readonly Json[],
  ): Json => ({
    title,
    contentType: JSON_TYPE,
    ...(headers !== undefined && { headers }),
    payload,
    bindings: { kafka: { key: key[domain.key], bindingVersion: KAFKA_BINDING } },
    examples,
  })
  const plainExamples = examplesFor(domain, 'record').map((example, index) => ({
    name: `example${index + 1}`,
    payload: example.sent,
  }))
  return {
    [packed]: packedMessage(domain, stored),
    [event]: {
      ...message(domain.title, stored, eventHeaders(domain), eventExamples(domain)),
      summary: `The record key is \`${domain.key}\`.`,
    },
    [plain]: {
      ...message(`${domain.title} of another writer`, sent, undefined, plainExamples),
      summary:
        'Without CloudEvents headers, in every spelling. A field left out is 0 or "", and is then checked.',
    },
    [deadLetter]: message(`${domain.title} as dead letter`, {}, deadLetterHeaders(domain), []),
  }
}

function eventHeaders({ type }: Domain): Json {
  const named = Object.entries(attributes).map(([name, schema]) => [HEADER_PREFIX + name, schema])
  return {
    type: 'object',
    properties: {
      ...Object.fromEntries(named),
      [`${HEADER_PREFIX}type`]: { type: 'string', const: type },
      'content-type': { type: 'string', const: JSON_TYPE },
    },
    required: requiredAttributes.map((name) => HEADER_PREFIX + name),
  }
}

function deadLetterHeaders(domain: Domain): Json {
  const { properties } = eventHeaders(domain)
  return {
    type: 'object',
    description: "The event's own headers and why it was not counted.",
    properties: {
      ...(properties as Json),
      ce_type: {
        type: 'string',
        description: 'Of the event; another one for records without CloudEvents headers.',
      },
      ce_knativeerrordest: { type: 'string', description: 'Who did not take it.' },
      ce_knativeerrorcode: { type: 'string', description: 'HTTP status of the answer, if there was one.' },
      ce_knativeerrordata: {
        type: 'string',
        contentEncoding: 'base64',
        description: 'The beginning of that answer.',
      },
    },
    required: ['ce_knativeerrordest'],
  }
}

/** As the publisher writes them. */
function eventExamples(domain: Domain): readonly Json[] {
  return domain.examples.map(({ stored }, index) => {
    const id = String(index + 1)
    const event: Event = { id, source: EXAMPLE_SOURCE, time: EXAMPLE_TIME, domain, value: stored }
    const { headers, value } = recordOf(event)
    return { name: `example${id}`, headers, payload: JSON.parse(value) as Json }
  })
}
