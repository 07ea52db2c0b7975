/** An aggregator that is down for a while: retries, dead letters when they run out, nothing blocked behind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newProduct, unitsOf, until, votesOf } from './context.ts'
import {
  counted,
  deadLetterOf,
  everythingDelivered,
  expectReason,
  GROUP,
  produce,
  sell,
  untilCounted,
  VOTES_GROUP,
  VOTES_TOPIC,
  vote,
} from './kafka.ts'
import { requestsAnswered } from './prometheus.ts'
import {
  change,
  isReady,
  podsOfRevision,
  type Spec,
  serviceOf,
  whileSalesGoTo,
  withEnv,
} from './revisions.ts'

const DEADLINE_MS = 120_000
const AGGREGATOR_PORT = 8080

/** The whole function, but for Valkey. It must not wait for it to be ready, or it would never get traffic. */
const withoutValkey = withEnv(
  { name: 'VALKEY_URL', value: 'redis://127.0.0.1:9' },
  { readinessProbe: { tcpSocket: { port: AGGREGATOR_PORT } } },
)

/** How many requests were answered 503, by pod: a new pod counts from 0. */
async function refusals(revision: string): Promise<ReadonlyMap<string, number>> {
  const pods = (await podsOfRevision(revision)).filter(isReady)
  const counts = pods.map(
    async ({ metadata: { name } }) =>
      [name, await requestsAnswered(name, AGGREGATOR_PORT, 'code="503"')] as const,
  )
  return new Map(await Promise.all(counts))
}

const refusalsSince = async (before: ReadonlyMap<string, number>, revision: string): Promise<number> =>
  [...(await refusals(revision))].reduce((sum, [pod, count]) => sum + count - (before.get(pod) ?? 0), 0)

/** More refusals than there are records: some were sent again. */
const untilRetried = async (revision: string, records: number): Promise<void> => {
  const before = await refusals(revision)
  await until('refused records are sent again', DEADLINE_MS, async () => {
    return (await refusalsSince(before, revision)) > records
  })
}

/**
 * Sold at once they would be a record or two, which may go to the healthy half both; and sold one by one, each makes as
 * many requests as the last, so that a gateway that takes turns may send every record to the same half.
 */
async function sellUntilRefused(before: ReadonlyMap<string, number>, down: string): Promise<string[]> {
  const products: string[] = []
  await until('the half that is down was asked', DEADLINE_MS, async () => {
    const burst = Array.from({ length: 1 + (products.length % 3) }, () => newProduct('half'))
    products.push(...burst)
    await Promise.all(burst.map(sell))
    return (await refusalsSince(before, down)) > 0
  })
  return products
}

describe('an aggregator without Valkey answers 503', () => {
  let original: Spec
  let healthy: string
  let down: string
  let downUrl: string

  /** The revision that is down has an address of its own beside its share of the traffic. */
  const share = (percentDown: number) => [
    { revisionName: healthy, percent: 100 - percentDown },
    { latestRevision: true, percent: percentDown, tag: 'down' },
  ]
  const split = (percentDown: number) =>
    change('aggregator', (spec) => ({ ...spec, traffic: share(percentDown) }))

  beforeAll(async () => {
    const { spec, status } = await serviceOf('aggregator')
    original = spec
    healthy = status.latestReadyRevisionName
    const changed = await change('aggregator', (now) => ({ ...withoutValkey(now), traffic: share(0) }))
    down = changed.status.latestReadyRevisionName
    downUrl = changed.status.traffic?.find(({ tag }) => tag === 'down')?.url ?? ''
  })
  afterAll(() => change('aggregator', () => original))

  test('while all of it is down, sales and votes are accepted and retried; then they are counted, once', async () => {
    const waiting = Array.from({ length: 5 }, () => newProduct('waiting'))
    const band = newProduct('band')
    await split(100)
    await Promise.all(waiting.map(sell))
    await produce(VOTES_TOPIC, band, [vote(band)])
    await untilRetried(down, waiting.length + 1)
    expect(await counted(waiting)).toEqual(waiting.map(() => 0))
    expect(await votesOf(band)).toBe(0)
    await split(0)
    await untilCounted(waiting)
    await everythingDelivered(GROUP)
    await everythingDelivered(VOTES_GROUP)
    expect(await counted(waiting)).toEqual(waiting.map(() => 1))
    expect(await votesOf(band)).toBe(1)
  })

  test('while half of it is down, everything is counted, once: a record in retry holds up no other', async () => {
    await split(50)
    const products = await sellUntilRefused(await refusals(down), down)
    await untilCounted(products)
    await everythingDelivered(GROUP)
    expect(await counted(products)).toEqual(products.map(() => 1))
    await split(0)
  })

  test('while sales are retried, votes are counted', async () => {
    const waiting = newProduct('waiting')
    const band = newProduct('band')
    await whileSalesGoTo(downUrl, 128, async () => {
      await sell(waiting)
      await untilRetried(down, 1)
      await produce(VOTES_TOPIC, band, [vote(band)])
      await until('the vote is counted', DEADLINE_MS, async () => (await votesOf(band)) === 1)
      expect(await unitsOf(waiting)).toBe(0)
    })
    await untilCounted([waiting])
    await everythingDelivered(GROUP)
    expect(await unitsOf(waiting)).toBe(1)
  })

  test('when retries run out the event is a dead letter with the last answer, and what comes later is counted', async () => {
    const lost = newProduct('given-up')
    const later = newProduct('later')
    await whileSalesGoTo(downUrl, 2, async () => {
      await sell(lost)
      expectReason(await deadLetterOf(lost), 'down-aggregator', /^503$/, '"status":503')
    })
    await sell(later)
    await untilCounted([later])
    expect(await unitsOf(lost)).toBe(0)
  })
})
