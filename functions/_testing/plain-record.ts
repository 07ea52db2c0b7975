/** A record that is no CloudEvent, as KafkaSources of different names deliver it: for tests of those that read a topic. */
import type { Hono } from 'hono'
import { cloudEventOf } from '../../scripts/kafka-source/event.ts'
import { httpEventOf, receivedHeaders } from '../../scripts/kafka-source/http.ts'
import { NOW } from './ports.ts'

const NAMESPACE = 'blackfriday'

/** @param name the KafkaSource's */
export function deliverPlain(
  app: Hono,
  name: string,
  { topic, offset, value }: { readonly topic: string; readonly offset: number; readonly value: object },
): Response | Promise<Response> {
  const record = {
    ...{ topic, partition: 2, offset, timestampMs: NOW, headers: {} },
    key: Buffer.from('anybody'),
    value: Buffer.from(JSON.stringify(value)),
  }
  const origin = { namespace: NAMESPACE, name, addPosition: false, keyType: 'byte-array' } as const
  const request = httpEventOf(cloudEventOf(record, origin), NAMESPACE)
  const headers = Object.fromEntries(receivedHeaders(request))
  return app.request('/', { method: 'POST', headers, body: JSON.stringify(value) })
}
