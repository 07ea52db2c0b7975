/** What is driven: the bare server and the pipeline at each number of connections, each hop, bulk and gRPC. */
import { NDJSON } from '../../../functions/_core/media-types.ts'
import type { TestStack } from '../../local/test-stack.ts'
import { grpcLoad, httpLoad } from './loads.ts'
import type { Task } from './measure.ts'

const CONNECTIONS = [1, 16, 64, 256]
const BULK_ITEMS = 1_000
const BULK_CONNECTIONS = 4
const CALLS = 64
const BATCH = 64

export function tasks(stack: TestStack, bareUrl: string): Task[] {
  const [domain] = stack.domains
  const path = domain?.routes[0]?.path
  const bulk = domain?.routes.find((route) => route.bulk)?.path
  if (domain === undefined || path === undefined || bulk === undefined)
    throw new Error('the first domain has no routes')
  const body = JSON.stringify(domain.examples[0]?.sent)
  const one = { eventsPerRequest: 1, counts: true }
  const http = CONNECTIONS.flatMap((connections) => [
    {
      ...one,
      name: `bare ${connections}`,
      counts: false,
      load: httpLoad({ url: bareUrl, body, connections }),
    },
    {
      ...one,
      name: `pipeline ${connections}`,
      load: httpLoad({ url: stack.url.ingest + path, body, connections }),
    },
  ])
  const lines = `${body}\n`.repeat(BULK_ITEMS)
  const ndjson = {
    url: stack.url.ingest + bulk,
    body: lines,
    contentType: NDJSON,
    connections: BULK_CONNECTIONS,
  }
  return [
    ...http,
    { name: 'bulk NDJSON', eventsPerRequest: BULK_ITEMS, counts: true, load: httpLoad(ndjson) },
    {
      ...one,
      name: 'bridge 64',
      load: httpLoad({ url: `${stack.url.bridge}/procesar`, body, connections: CALLS }),
    },
    { ...one, name: 'gRPC unary 64', load: grpcLoad(stack.publisher, domain, CALLS, 1) },
    {
      name: 'gRPC batch',
      eventsPerRequest: BATCH,
      counts: true,
      load: grpcLoad(stack.publisher, domain, 2, BATCH),
    },
  ]
}
