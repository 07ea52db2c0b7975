import { expect, it } from 'vitest'
import { requireSource } from './reserved-sources.ts'

const mayUse = (source: string, sender: 'client' | 'peer'): boolean => {
  try {
    requireSource(source, sender)
    return true
  } catch {
    return false
  }
}

const KAFKA = '/apis/v1/namespaces/n/kafkasources/s#ventas-blackfriday'

it.each([
  // What clients and sources of other kinds are called.
  ['/tienda', 'client, peer'],
  ['https://tienda.example/ingest/0123456789ab', 'client, peer'],
  ['/tienda/50%25', 'client, peer'],
  ['/ingestion/0123456789ab', 'client, peer'],
  ['/apis/v1/namespaces/n/pingsources/s', 'client, peer'],
  ['', 'client, peer'],
  // What endpoints give, and hand on to each other.
  ['/ingest/0123456789ab', 'peer'],
  ['/bridge/0123456789ab', 'peer'],
  ['/publisher/0123456789ab', 'peer'],
  ['/ingest/x', 'peer'],
  ['/idempotency/ventas-blackfriday', 'peer'],
  // What no event is called.
  ['/lote/0123456789ab', ''],
  [KAFKA, ''],
  // The same, after one decoding or several.
  ['%2Fingest%2F0123456789ab', ''],
  ['%2fingest/0123456789ab', ''],
  ['%252Fingest%252F0123456789ab', ''],
  ['%25252fingest/0123456789ab', ''],
  ['/ing%65st/0123456789ab', ''],
  ['/ingest/0123456789a%62', ''],
  ['/%69dempotency/ventas-blackfriday', ''],
  ['/idempotency/ventas%2dblackfriday', ''],
  ['/lot%65/0123456789ab', ''],
  [KAFKA.replace('/apis', '%2Fapis'), ''],
  [KAFKA.replace('#', '%23'), ''],
  ['/%2569ngest/%zz', ''],
])('%s may be used by: %s', (source, senders) => {
  const may = (['client', 'peer'] as const).filter((sender) => mayUse(source, sender))
  expect(may.join(', ')).toBe(senders)
})

it('says which field it is about', () => {
  expect(() => requireSource(KAFKA, 'peer', 'contexto.source')).toThrow('contexto.source is reserved')
})
