/** What the cluster does while it is loaded, second by second, as CSV and as a plot. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { FUNCTIONS, type FunctionName } from '../images/record.ts'
import { plot } from './plot.ts'
import { functionPods, type Pod, reportFolder } from './world.ts'

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
  /** Requests in flight at ingest: rate times mean time (Little). */
  readonly concurrency: number
}

/** How many seconds each pod took to get there; the API keeps whole seconds. */
export interface ColdStart {
  readonly pod: string
  readonly scheduledS: number
  readonly startedS: number
  readonly readyS: number
}

export interface Traffic {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly meanMs: number
}

export interface Timeline {
  stop(): Promise<readonly Moment[]>
  readonly coldStarts: ReadonlyMap<string, ColdStart>
}

const conditionTime = ({ status }: Pod, type: string): number | undefined => {
  const condition = status.conditions?.find((one) => one.type === type && one.status === 'True')
  return condition && Date.parse(condition.lastTransitionTime)
}
const isReady = (pod: Pod): boolean => conditionTime(pod, 'Ready') !== undefined

function coldStartOf(pod: Pod): ColdStart | undefined {
  const created = Date.parse(pod.metadata.creationTimestamp)
  const [scheduled, started, ready] = ['PodScheduled', 'PodReadyToStartContainers', 'Ready'].map((type) =>
    conditionTime(pod, type),
  )
  if (scheduled === undefined || ready === undefined) return undefined
  const since = (time: number): number => (time - created) / 1000
  const startedS = since(started ?? scheduled)
  return { pod: pod.metadata.name, scheduledS: since(scheduled), startedS, readyS: since(ready) }
}

/** @param traffic what clients saw since it was asked last */
export function watchCluster(traffic: () => Traffic): Timeline {
  const moments: Moment[] = []
  const coldStarts = new Map<string, ColdStart>()
  const started = Date.now()
  let stopping = false
  const look = async (): Promise<void> => {
    const pods = await functionPods()
    const { perSecond, p50Ms, p99Ms, meanMs } = traffic()
    const count = (which: (pod: Pod) => boolean) => countByFunction(pods.filter(which))
    for (const pod of pods) {
      const start = coldStartOf(pod)
      if (start && !coldStarts.has(start.pod)) coldStarts.set(start.pod, start)
    }
    const second = Math.round((Date.now() - started) / 1000)
    const concurrency = (perSecond * meanMs) / 1000
    moments.push({
      second,
      ready: count(isReady),
      pods: count(() => true),
      perSecond,
      p50Ms,
      p99Ms,
      concurrency,
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
  }
}

/** Writes autoscaling.csv, autoscaling.svg and cold-starts.csv. */
export async function writeReport(
  moments: readonly Moment[],
  coldStarts: readonly ColdStart[],
): Promise<void> {
  await mkdir(reportFolder, { recursive: true })
  const head = [
    'second',
    ...FUNCTIONS.map((name) => `${name}_pods`),
    ...FUNCTIONS.map((name) => `${name}_ready`),
  ]
  const rows = moments.map((moment) => [
    moment.second,
    ...FUNCTIONS.map((name) => moment.pods[name]),
    ...FUNCTIONS.map((name) => moment.ready[name]),
    ...[moment.concurrency, moment.perSecond, moment.p50Ms, moment.p99Ms].map((value) => value.toFixed(1)),
  ])
  const table = [[...head, 'concurrency', 'requests_per_s', 'p50_ms', 'p99_ms'], ...rows]
  const csv = (lines: readonly (readonly unknown[])[]): string =>
    lines.map((line) => `${line.join(',')}\n`).join('')
  await writeFile(join(reportFolder, 'autoscaling.csv'), csv(table))
  const starts = coldStarts.map(({ pod, scheduledS, startedS, readyS }) => [
    pod,
    scheduledS,
    startedS,
    readyS,
  ])
  await writeFile(
    join(reportFolder, 'cold-starts.csv'),
    csv([['pod', 'scheduled_s', 'sandbox_started_s', 'ready_s'], ...starts]),
  )
  const x = moments.map(({ second }) => second)
  const panels = [
    {
      title: 'pods ready',
      lines: FUNCTIONS.map((name) => ({ name, y: moments.map(({ ready }) => ready[name]) })),
    },
    { title: 'requests/s', lines: [{ name: 'answered', y: moments.map(({ perSecond }) => perSecond) }] },
    {
      title: 'in flight at ingest',
      lines: [{ name: 'concurrency', y: moments.map(({ concurrency }) => concurrency) }],
    },
    {
      title: 'latency, ms',
      lines: [
        { name: 'p50', y: moments.map(({ p50Ms }) => p50Ms) },
        { name: 'p99', y: moments.map(({ p99Ms }) => p99Ms) },
      ],
    },
  ]
  await writeFile(join(reportFolder, 'autoscaling.svg'), plot(x, panels))
}
