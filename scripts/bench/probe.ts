/** Reads what a measurement needs before and after: CPU by process, events counted, batches sent. */
import { Redis } from 'ioredis'
import { STATS_KEY } from '../../functions/_core/keys.ts'
import { processUsage } from '../_machine/cpu.ts'
import type { Stand } from '../stand.ts'

export interface Sample {
  /** CPU microseconds since its start, by process. */
  readonly cpuUs: Readonly<Record<string, number>>
  /** Events counted in Valkey. */
  readonly counted: number
  /** Sends and items by hop. */
  readonly batches: Readonly<Record<string, { readonly sends: number; readonly items: number }>>
}

export interface Probe {
  sample(): Promise<Sample>
  counted(): Promise<number>
  close(): void
}

export function probe(stand: Stand): Probe {
  const valkey = new Redis(stand.valkeyUrl)
  const counted = async (): Promise<number> => {
    const stats = await valkey.hgetall(STATS_KEY)
    return sum(
      Object.entries(stats).flatMap(([name, value]) => (name.startsWith('counted:') ? [Number(value)] : [])),
    )
  }
  return {
    counted,
    sample: async () => ({
      counted: await counted(),
      batches: await batchesOf(stand),
      cpuUs: Object.fromEntries(
        Object.entries(stand.pids()).map(([name, pid]) => [name, processUsage(pid)?.cpuUs ?? 0]),
      ),
    }),
    close: () => valkey.disconnect(),
  }
}

async function batchesOf(stand: Stand): Promise<Sample['batches']> {
  const hops = Object.entries(stand.metrics).map(async ([name, url]) => {
    const text = await (await fetch(`${url}/metrics`)).text()
    const value = (suffix: string): number =>
      Number(new RegExp(`^caudal_batch_items_${suffix}\\{.*\\} (\\S+)$`, 'm').exec(text)?.[1] ?? 0)
    return [name, { sends: value('count'), items: value('sum') }] as const
  })
  return Object.fromEntries(await Promise.all(hops))
}

export const sum = (numbers: readonly number[]): number =>
  numbers.reduce((total, number) => total + number, 0)
