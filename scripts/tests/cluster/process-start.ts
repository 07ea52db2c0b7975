/** How long a function's process takes until it listens, measured in a pod with its image. */
import type { FunctionName } from '../../../functions/_core/topology.ts'
import { runInCluster } from './job.ts'

/** Medians, in milliseconds. */
export interface ProcessStart {
  readonly name: FunctionName
  /** `node --eval 0`, start to end. */
  readonly bareMs: number
  /** Start until the log says `listening`; Kafka and Valkey are not waited for. */
  readonly listeningMs: number
  /** The same without the compile cache of the image. */
  readonly uncachedMs: number
  /** Modules whose code V8 took from the cache in the very first start, of those it was asked for. */
  readonly cacheHits: number
  readonly cacheLookups: number
}

export async function measureStarts(name: FunctionName, rounds: number): Promise<ProcessStart> {
  return { name, ...JSON.parse(await runInCluster(name, 'process-start-job.ts', { rounds })) }
}
