/** What is compared: a pipeline started for it alone, or one that runs already. */
import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import type { Domain } from '../../../functions/_core/domain.ts'
import { domains } from '../../../functions/_core/domains/index.ts'
import { connectOnce } from '../../lib/connect-once.ts'
import { UserError } from '../../lib/user-error.ts'
import { rankOf } from '../events.ts'
import { withStack } from '../stack.ts'
import type { Pipeline } from './arm.ts'

export interface Running {
  /** Of the REST endpoint. */
  readonly against: string
  readonly bridge?: string
  /** host:port */
  readonly grpc?: string
  /** Where its counts are: without it nothing can be checked, and no cell is valid. */
  readonly valkey?: string
  /** Comes before every Valkey key. */
  readonly prefix: string
}

const MARK_CHARS = 8
const ANSWER_MS = 5_000

/** Those whose counts can be checked; the first is compared unless another is asked for. */
export const comparable = domains.filter((domain) => rankOf(domain) !== undefined).map(({ name }) => name)

export interface Events {
  readonly seed: number
  /** Of `comparable`. */
  readonly domain: string
}

function domainOf(all: readonly Domain[], name: string): Domain {
  const domain = all.find((one) => one.name === name)
  if (domain === undefined) throw new Error(`there is no domain ${name}`)
  return domain
}

export const withOwnPipeline = <Result>(
  { seed, domain: name }: Events,
  use: (pipeline: Pipeline) => Promise<Result>,
) =>
  withStack(async ({ pipeline: stack, pids }) => {
    const domain = domainOf(stack.domains, name)
    const valkey = new Redis(stack.valkeyUrl)
    // It looks on; no event passes it.
    const { console: _, ...onTheWay } = pids
    const addresses = { ingest: stack.url.ingest, bridge: stack.url.bridge, publisher: stack.publisher }
    try {
      return await use({
        domain,
        addresses,
        pids: onTheWay,
        valkey,
        prefix: stack.prefix,
        seed,
        mark: 'compare',
      })
    } finally {
      valkey.disconnect()
    }
  })

/** @throws UserError when it does not answer */
export async function withRunning<Result>(
  { against, bridge, grpc, valkey: valkeyUrl, prefix }: Running,
  { seed, domain: name }: Events,
  use: (pipeline: Pipeline) => Promise<Result>,
): Promise<Result> {
  const domain = domainOf(domains, name)
  const ingest = against.replace(/\/$/, '')
  const health = await fetch(`${ingest}/health`, { signal: AbortSignal.timeout(ANSWER_MS) }).catch(
    () => undefined,
  )
  if (health?.ok !== true) throw new UserError(`--against: ${ingest}/health does not answer 200`)
  const addresses = {
    ingest,
    ...(bridge !== undefined && { bridge: bridge.replace(/\/$/, '') }),
    ...(grpc !== undefined && { publisher: grpc }),
  }
  const valkey = valkeyUrl === undefined ? undefined : await connectTo(valkeyUrl)
  try {
    // Other runs have left their events there.
    const mark = `compare-${randomUUID().slice(0, MARK_CHARS)}`
    return await use({ domain, addresses, pids: {}, valkey, prefix, seed, mark })
  } finally {
    valkey?.disconnect()
  }
}

async function connectTo(url: string): Promise<Redis> {
  try {
    return await connectOnce(url)
  } catch (error) {
    throw new UserError(`--valkey: ${error instanceof Error ? error.message : error}`)
  }
}
