/**
 * What is driven: the bare server and the pipeline at each number of connections, each hop, bulk and gRPC; and some of it
 * again where each event is a record of its own.
 */
import { NDJSON } from '../../../functions/_core/media-types.ts'
import type { TestStack } from '../../local/test-stack.ts'
import { livesLoad } from './lives.ts'
import { grpcLoad, httpLoad } from './loads.ts'
import type { Task } from './measure.ts'

const CONNECTIONS = [1, 16, 64, 256]
const SINGLE_CONNECTIONS = [1, 64]
const BULK_ITEMS = 1_000
const BULK_CONNECTIONS = 4
const CALLS = 64
const BATCH = 64

/** What goes through an ordered topic is in these names. */
export const LIVES = 'lives'

const ONE = { eventsPerRequest: 1, counts: true }

export function tasks(stack: TestStack, bareUrl: string): Task[] {
  const { domain, body } = plainRequest(stack)
  const http = CONNECTIONS.flatMap((connections) => [
    {
      ...ONE,
      name: `bare ${connections}`,
      counts: false,
      load: httpLoad({ url: bareUrl, body, connections }),
    },
    pipelineTask(stack, 'pipeline', connections),
  ])
  return [
    ...http,
    bulkTask(stack, 'bulk NDJSON'),
    {
      ...ONE,
      name: 'bridge 64',
      load: httpLoad({ url: `${stack.url.bridge}/procesar`, body, connections: CALLS }),
    },
    { ...ONE, name: 'gRPC unary 64', load: grpcLoad(stack.publisher, domain, CALLS, 1) },
    {
      name: 'gRPC batch',
      eventsPerRequest: BATCH,
      counts: true,
      load: grpcLoad(stack.publisher, domain, 2, BATCH),
    },
  ]
}

/** @param stack with `KAFKA_RECORDS=single` */
export const singleTasks = (stack: TestStack): Task[] => [
  ...SINGLE_CONNECTIONS.map((connections) => pipelineTask(stack, 'single', connections)),
  bulkTask(stack, 'single bulk NDJSON'),
]

/** What goes through an ordered topic; measured when it is asked for. */
export const orderedTasks = (stack: TestStack): Task[] => [
  livesTask(stack, `${LIVES} ${CALLS}`, CALLS, 1),
  livesTask(stack, `${LIVES} bulk NDJSON`, BULK_CONNECTIONS, BULK_ITEMS),
]

/** Without bulks: they are stored so much faster than one record after the other is counted. @param stack as above */
export const orderedSingleTasks = (stack: TestStack): Task[] => [
  livesTask(stack, `single ${LIVES} ${CALLS}`, CALLS, 1),
]

const livesTask = (stack: TestStack, name: string, connections: number, items: number): Task => ({
  name,
  eventsPerRequest: items,
  counts: true,
  load: livesLoad(stack.domains, { url: stack.url.ingest, connections, items }),
})

export function pipelineTask(stack: TestStack, name: string, connections: number): Task {
  const { path, body } = plainRequest(stack)
  const load = httpLoad({ url: stack.url.ingest + path, body, connections })
  return { ...ONE, name: `${name} ${connections}`, load }
}

function bulkTask(stack: TestStack, name: string): Task {
  const { bulk, body } = plainRequest(stack)
  const ndjson = {
    url: stack.url.ingest + bulk,
    body: `${body}\n`.repeat(BULK_ITEMS),
    contentType: NDJSON,
    connections: BULK_CONNECTIONS,
  }
  return { name, eventsPerRequest: BULK_ITEMS, counts: true, load: httpLoad(ndjson) }
}

function plainRequest({ domains: [domain] }: TestStack) {
  const path = domain?.routes[0]?.path
  const bulk = domain?.routes.find((route) => route.bulk)?.path
  if (domain === undefined || path === undefined || bulk === undefined)
    throw new Error('the first domain has no routes')
  return { domain, path, bulk, body: JSON.stringify(domain.examples[0]?.sent) }
}
