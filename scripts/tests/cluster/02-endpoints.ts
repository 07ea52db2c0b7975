/** One sale through every endpoint, from scaled to zero and warm: each is in Valkey, once. */
import { describe, expect, test } from 'vitest'
import {
  deployNow,
  hostOf,
  ingress,
  namespace,
  newProduct,
  salesCounted,
  unitsOf,
  until,
  untilZero,
} from './context.ts'
import { type Delivery, deliver, type Endpoint } from './endpoints.ts'
import { runInCluster } from './job.ts'

const VISIBLE_MS = 60_000
const inside = (name: string): string => `http://${name}.${namespace}.svc.cluster.local`
const okOf = (endpoint: Endpoint): string => (endpoint === 'grpc' ? 'OK' : '200')

async function fromOutside(endpoints: readonly Endpoint[]): Promise<Delivery[]> {
  const via = { http: 'ingest', cloudevent: 'ingest', procesar: 'bridge', grpc: 'publisher' } as const
  return Promise.all(
    endpoints.map(async (endpoint) => ({
      endpoint,
      url: ingress,
      host: await hostOf(via[endpoint]),
      product: newProduct(endpoint),
    })),
  )
}

const fromInside = (): Delivery[] => [
  { endpoint: 'procesar', url: inside('bridge'), product: newProduct('procesar') },
  { endpoint: 'grpc', url: inside('publisher'), product: newProduct('grpc') },
]

/** From a Job, at the addresses that only the cluster knows. */
async function deliverInside(deliveries: readonly Delivery[]): Promise<string[]> {
  return JSON.parse(await runInCluster('ingest', 'endpoints-job.ts', deliveries))
}

async function expectCountedOnce(deliveries: readonly Delivery[], before: number): Promise<void> {
  await until('every sale is counted', VISIBLE_MS, async () => {
    const units = await Promise.all(deliveries.map(({ product }) => unitsOf(product)))
    return units.every((one) => one >= 1)
  })
  expect(await Promise.all(deliveries.map(({ product }) => unitsOf(product)))).toEqual(
    deliveries.map(() => 1),
  )
  expect(await salesCounted()).toBe(before + deliveries.length)
}

async function throughEveryEndpoint(): Promise<void> {
  const before = await salesCounted()
  const outside = await fromOutside(['http', 'cloudevent'])
  const within = fromInside()
  const [answers, answersInside] = await Promise.all([
    Promise.all(outside.map(deliver)),
    deliverInside(within),
  ])
  const deliveries = [...outside, ...within]
  expect([...answers, ...answersInside]).toEqual(deliveries.map(({ endpoint }) => okOf(endpoint)))
  await expectCountedOnce(deliveries, before)
}

/** What a stranger may try: the name inside the cluster, and the one that public endpoints would have. */
async function hiddenEndpoints(): Promise<Delivery[]> {
  const publicHost = await hostOf('ingest')
  const hosts = (name: string): string[] => [
    new URL(inside(name)).host,
    publicHost.replace(/^ingest(?=[.-])/, name),
  ]
  const endpoints = { procesar: 'bridge', grpc: 'publisher' } as const
  return (['procesar', 'grpc'] as const).flatMap((endpoint) =>
    hosts(endpoints[endpoint]).map((host) => ({
      endpoint,
      url: ingress,
      host,
      product: newProduct('hidden'),
    })),
  )
}

/** The gateway's own 404: the functions have these paths. gRPC's word for it is UNIMPLEMENTED (12). */
const isNotServed = (answer: string): boolean => /^404 |^12 .*\b404\b/.test(answer)

const expectClosed = (): Promise<boolean> =>
  until('the gateway does not serve bridge and publisher', VISIBLE_MS, async () => {
    return (await Promise.all((await hiddenEndpoints()).map(deliver))).every(isNotServed)
  })

describe('endpoints', () => {
  test('from scaled to zero', async () => {
    await untilZero()
    await throughEveryEndpoint()
  })

  test('warm', throughEveryEndpoint)

  test('bridge and publisher through the ingress, with public endpoints only', async () => {
    await expectClosed()
    const { all, exitCode } = await deployNow('--no-smoke', '--public-endpoints')
    expect(all, all).toContain('deployed:')
    expect(exitCode).toBe(0)
    const before = await salesCounted()
    const deliveries = await fromOutside(['procesar', 'grpc'])
    // The names that were tried before are those that are open now.
    const hidden = (await hiddenEndpoints()).map(({ host }) => host)
    for (const { host } of deliveries) expect(hidden).toContain(host)
    await until('the gateway knows the new hosts', VISIBLE_MS, async () => {
      const answer = await deliver({ ...(deliveries[0] as Delivery), product: '' })
      return answer.startsWith('422')
    })
    expect(await Promise.all(deliveries.map(deliver))).toEqual(['200', 'OK'])
    await expectCountedOnce(deliveries, before)
    await deployNow('--no-smoke')
    expect(await hostOf('publisher')).toContain('svc.cluster.local')
    await expectClosed()
  })
})
