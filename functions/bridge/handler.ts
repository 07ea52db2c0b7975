/**
 * From HTTP to gRPC: takes ingest's batches, clients' CloudEvents and plain sales at `POST /procesar`, and answers when
 * the publisher says that they are stored.
 */
import type { Hono } from 'hono'
import type { Reading } from '../_adapters/cloudevents/read-event.ts'
import { readCloudEvents } from '../_adapters/cloudevents/sink.ts'
import { metadataOf, storeMany, storeOne } from '../_adapters/http/answers.ts'
import { createApp, endpoint, type HttpPorts } from '../_adapters/http/app.ts'
import { isJson, withBody } from '../_adapters/http/body.ts'
import { headersOf } from '../_adapters/http/headers.ts'
import { parseJson } from '../_adapters/http/json.ts'
import type { IdentityAssigner } from '../_core/assign-identity.ts'
import { Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import { LISTED_PEER_ITEMS, SINGLE_BODY_BYTES } from '../_core/limits.ts'
import { mediaType } from '../_core/media-types.ts'
import type { Sink } from '../_core/ports.ts'
import { knownType, type Registry } from '../_core/registry.ts'
import { requireSource } from '../_core/reserved-sources.ts'

export interface BridgePorts extends HttpPorts {
  readonly registry: Registry
  readonly identities: IdentityAssigner
  /** The next step: resolves when Kafka has the events. */
  readonly submit: Sink<Event>
}

const ACCEPTED = { status: 'enviado a grpc' }

export function bridgeHandler(ports: BridgePorts): Hono {
  const { registry, identities, submit } = ports
  const app = createApp(ports)
  const body = JSON.stringify(ACCEPTED)
  const batchAnswer = { beside: ACCEPTED, listed: LISTED_PEER_ITEMS }
  const reading: Reading = {
    timeOf: identities.timeOf,
    domainOf: (type, source) => {
      // Ingest's events keep their identities here: who may call the bridge is a peer.
      requireSource(source, 'peer')
      return { domain: knownType(registry, type), missing: 'required' }
    },
  }
  app.post('/procesar', endpoint('/procesar', ports), async (c) => {
    const events = await readCloudEvents(c, reading)
    if (events !== undefined && 'length' in events) return storeMany(c, events, submit, batchAnswer)
    if (events !== undefined) return storeOne(events, submit, () => body)
    const plain = registry.plainAtBridge
    if (plain === undefined || !isJson(mediaType(headersOf(c)('content-type')))) {
      throw new Failure('mediaType', '/procesar takes application/json or CloudEvents')
    }
    const sent = await withBody(c, SINGLE_BODY_BYTES, parseJson)
    return storeOne(identities.assign(plain, sent, 'required', metadataOf(c)), submit, () => body)
  })
  return app
}
