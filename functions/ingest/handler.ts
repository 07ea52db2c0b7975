/**
 * The REST endpoint: checks each event, gives it its identity, and answers when the next step says that it is stored. It
 * is a CloudEvents sink too.
 */
import type { Context, Hono } from 'hono'
import { requireConformance } from '../_adapters/cloudevents/conformance.ts'
import type { Reading } from '../_adapters/cloudevents/read-event.ts'
import { noCloudEvent, readCloudEvents } from '../_adapters/cloudevents/sink.ts'
import { answerWebhook } from '../_adapters/cloudevents/webhook.ts'
import { addDocs } from '../_adapters/docs/routes.ts'
import { keyedReceiptBody, metadataOf, receiptBody, storeMany, storeOne } from '../_adapters/http/answers.ts'
import { createApp, endpoint, type HttpPorts } from '../_adapters/http/app.ts'
import { isJson, withBody } from '../_adapters/http/body.ts'
import { headersOf } from '../_adapters/http/headers.ts'
import { parseJson } from '../_adapters/http/json.ts'
import type { IdentityAssigner } from '../_core/assign-identity.ts'
import type { Domain, Route } from '../_core/domain.ts'
import { Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import { SINGLE_BODY_BYTES } from '../_core/limits.ts'
import { mediaType, NDJSON } from '../_core/media-types.ts'
import type { Sink } from '../_core/ports.ts'
import { knownType, type Registry } from '../_core/registry.ts'
import { requireSource } from '../_core/reserved-sources.ts'
import { answerNdjson, answerOneOrArray } from './bulk.ts'
import { patternOf, withPathFields } from './path-fields.ts'

export interface IngestPorts extends HttpPorts {
  readonly registry: Registry
  readonly identities: IdentityAssigner
  /** The next step: resolves when Kafka has the events. */
  readonly submit: Sink<Event>
  /** Senders of CloudEvents that may deliver after a handshake; `*` for all. */
  readonly webhookOrigins?: readonly string[]
}

export function ingestHandler(ports: IngestPorts): Hono {
  const app = createApp(ports)
  addDocs(app, {
    '/openapi.json': async () => (await import('./docs/openapi.ts')).openApiDocument(ports.registry),
    '/asyncapi.json': async () => (await import('./docs/asyncapi.ts')).asyncApiDocument(ports.registry),
  })
  const reading = sinkReading(ports)
  app.options('/', answerWebhook(ports.webhookOrigins ?? []))
  app.post('/', endpoint('/', ports), async (c) => {
    const events = await readCloudEvents(c, reading)
    if (events === undefined) throw noCloudEvent()
    return 'length' in events
      ? storeMany(c, events, ports.submit)
      : storeOne(events, ports.submit, receiptBody)
  })
  for (const domain of ports.registry.all) {
    for (const route of domain.routes) {
      app.post(patternOf(route), endpoint(route.path, ports), answerRoute(domain, route, ports))
    }
  }
  return app
}

function answerRoute(domain: Domain, route: Route, ports: IngestPorts) {
  const body = bodyOf(route)
  const answerOne = (c: Context, sentBody: Buffer): Promise<Response> => {
    const sent = withPathFields(c, domain, route, parseJson(sentBody))
    return storeOne(ports.identities.assign(domain, sent, 'required', metadataOf(c)), ports.submit, body)
  }
  return (c: Context): Response | Promise<Response> => {
    const type = mediaType(headersOf(c)('content-type'))
    if (route.bulk && type === NDJSON) return answerNdjson(c, domain, route, ports)
    if (!isJson(type)) throw new Failure('mediaType', `${route.path} takes application/json`)
    if (route.bulk) return answerOneOrArray(c, domain, route, ports, (sent) => answerOne(c, sent))
    return withBody(c, SINGLE_BODY_BYTES, (sent) => answerOne(c, sent))
  }
}

function bodyOf({ answer, keyAs }: Route) {
  if (keyAs !== undefined) return keyedReceiptBody(keyAs)
  if (answer === undefined) return receiptBody
  const fixed = JSON.stringify(answer)
  return () => fixed
}

/** Clients' events keep their identity, but may not take that of an event this system numbered. */
function sinkReading({ registry, identities }: IngestPorts): Reading {
  return {
    conforms: requireConformance,
    timeOf: identities.timeOf,
    domainOf: (type, source) => {
      requireSource(source, 'client')
      return { domain: knownType(registry, type), missing: 'required' }
    },
  }
}
