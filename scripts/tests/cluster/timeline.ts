/** What the cluster does while it is loaded, moment by moment. */
import { setTimeout as pause } from 'node:timers/promises'
import type { FunctionName } from '../../../functions/_core/topology.ts'
import { functionPods, type Pod } from './context.ts'
import type { Second } from './locust.ts'
import { isReady } from './revisions.ts'

/** kubectl costs a tenth of a core for each look. */
const INTERVAL_MS = 2_000

export interface Moment {
  readonly second: number
  /** Ready pods, and with those on their way. */
  readonly ready: Readonly<Record<FunctionName, number>>
  readonly pods: Readonly<Record<FunctionName, number>>
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Requests in flight. */
  readonly concurrency: number
}

/** How many seconds each pod took to get there; the API keeps whole seconds. */
export interface ColdStart {
  readonly pod: string
  readonly scheduledS: number
  /** The function's process. */
  readonly startedS: number
  readonly readyS: number
}

export interface Timeline {
  stop(): Promise<readonly Moment[]>
  readonly coldStarts: ReadonlyMap<string, ColdStart>
}

const conditionTime = ({ status }: Pod, type: string): number | undefined => {
  const condition = status.conditions?.find((one) => one.type === type && one.status === 'True')
  return condition && Date.parse(condition.lastTransitionTime)
}

function coldStartOf(pod: Pod): ColdStart | undefined {
  const created = Date.parse(pod.metadata.creationTimestamp)
  const [scheduled, ready] = ['PodScheduled', 'Ready'].map((type) => conditionTime(pod, type))
  // Not the condition of the sandbox: its time is when the kubelet reported, after the containers had started.
  const container = pod.status.containerStatuses?.find(({ name }) => name === 'function')
  const startedAt = container?.state.running?.startedAt
  if (scheduled === undefined || ready === undefined || startedAt === undefined) return undefined
  const since = (time: number): number => (time - created) / 1000
  return {
    pod: pod.metadata.name,
    scheduledS: since(scheduled),
    startedS: since(Date.parse(startedAt)),
    readyS: since(ready),
  }
}

/** @param traffic what clients saw in the last second */
export function watchCluster(traffic: () => Promise<Second | undefined>): Timeline {
  const moments: Moment[] = []
  const coldStarts = new Map<string, ColdStart>()
  const started = Date.now()
  let stopping = false
  let lastSeen: number | undefined
  const look = async (): Promise<void> => {
    const pods = await functionPods()
    const seen = await traffic()
    const count = (which: (pod: Pod) => boolean) => countByFunction(pods.filter(which))
    for (const pod of pods) {
      const start = coldStartOf(pod)
      if (start && !coldStarts.has(start.pod)) coldStarts.set(start.pod, start)
    }
    const second = Math.round((Date.now() - started) / 1000)
    const fresh = seen && seen.t !== lastSeen ? seen : undefined
    lastSeen = seen?.t
    moments.push({
      second,
      ready: count(isReady),
      pods: count(() => true),
      perSecond: fresh?.rps ?? 0,
      p50Ms: fresh?.p50_ms ?? Number.NaN,
      p99Ms: fresh?.p99_ms ?? Number.NaN,
      concurrency: fresh?.in_flight ?? 0,
    })
  }
  const loop = (async () => {
    while (!stopping) {
      await look()
      await pause(INTERVAL_MS)
    }
  })()
  return {
    coldStarts,
    stop: async () => {
      stopping = true
      await loop
      return moments
    },
  }
}

function countByFunction(pods: readonly Pod[]): Record<FunctionName, number> {
  const of = (name: FunctionName): number =>
    pods.filter(({ metadata }) => metadata.labels['app.kubernetes.io/name'] === name).length
  return {
    ingest: of('ingest'),
    bridge: of('bridge'),
    publisher: of('publisher'),
    aggregator: of('aggregator'),
    console: of('console'),
    notifier: of('notifier'),
    carrier: of('carrier'),
  }
}
