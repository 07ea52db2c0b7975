/** Reads what a measurement needs before and after: CPU by process, events counted, batches sent. */
import { Redis } from 'ioredis'
import { STATS_KEY } from '../../../functions/_core/keys.ts'
import type { TestStack } from '../../local/test-stack.ts'
import { type ByName, cpuOf } from '../machine.ts'

export interface Sample {
  /** CPU microseconds since its start, by process. */
  readonly cpuUs: ByName
  /** Sends and items of each function to its next step. */
  readonly sends: ByName
  readonly items: ByName
}

export interface Probe {
  sample(): Promise<Sample>
  /** Events in Valkey. */
  counted(): Promise<number>
  close(): void
}

/** The parts of a stack that are asked. */
type Asked = Pick<TestStack, 'valkeyUrl' | 'prefix'> & { readonly url: Readonly<Record<string, string>> }

export function probe(stack: Asked, pids: ByName): Probe {
  const valkey = new Redis(stack.valkeyUrl)
  return {
    counted: async () => {
      const stats = await valkey.hgetall(stack.prefix + STATS_KEY)
      const counted = Object.entries(stats).filter(([name]) => name.startsWith('counted:'))
      return counted.reduce((total, [, value]) => total + Number(value), 0)
    },
    sample: async () => ({
      cpuUs: cpuOf(pids),
      ...(await batches(stack)),
    }),
    close: () => valkey.disconnect(),
  }
}

async function batches(stack: Asked): Promise<Pick<Sample, 'sends' | 'items'>> {
  const texts = await Promise.all(
    Object.entries(stack.url).map(
      async ([name, url]) => [name, await (await fetch(`${url}/metrics`)).text()] as const,
    ),
  )
  const figure = (suffix: string): ByName =>
    mapRecord(Object.fromEntries(texts), (text) =>
      Number(new RegExp(`^caudal_batch_items_${suffix}\\{.*\\} (\\S+)$`, 'm').exec(text)?.[1] ?? 0),
    )
  return { sends: figure('count'), items: figure('sum') }
}

export const mapRecord = <From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From, name: string) => To,
) => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]))
