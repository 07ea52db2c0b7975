/** What is wrong with a resource that does not become ready: conditions, its pods' state, last log lines and events. */
import { address, type Kubectl, type KubeObject } from './kube.ts'
import { describe } from './readiness.ts'

interface Waiting {
  readonly reason?: string
  readonly message?: string
}

interface ContainerStatus {
  readonly name: string
  readonly ready: boolean
  readonly restartCount: number
  readonly state?: {
    readonly waiting?: Waiting
    readonly terminated?: Waiting & { readonly exitCode: number }
  }
}

interface Volume {
  readonly persistentVolumeClaim?: { readonly claimName: string }
}

interface Pod extends Omit<KubeObject, 'spec' | 'status'> {
  readonly spec?: { readonly volumes?: readonly Volume[] }
  readonly status: { readonly phase: string; readonly containerStatuses?: readonly ContainerStatus[] }
}

interface Event {
  readonly lastTimestamp?: string
  readonly eventTime?: string
  readonly type: string
  readonly reason: string
  readonly message: string
  readonly involvedObject: { readonly kind: string; readonly name: string }
}

/** States a container does not leave by itself. */
const HOPELESS =
  /ImagePullBackOff|ErrImagePull|ErrImageNeverPull|InvalidImageName|CreateContainerConfigError|CrashLoopBackOff/
const LAST_EVENTS = 5
const LAST_LOG_LINES = 5

/** The label of an object's pods; of Kafka these are the brokers of all pools and the entity operator. */
const selectorOf = ({ kind, metadata, status }: KubeObject): string => {
  if (kind === 'Kafka') return `strimzi.io/cluster=${metadata.name}`
  if (kind !== 'Service') return `app.kubernetes.io/name=${metadata.name}`
  const revision = status?.latestCreatedRevisionName
  return revision
    ? `serving.knative.dev/revision=${revision}`
    : `serving.knative.dev/service=${metadata.name}`
}

async function podsOf(kubectl: Kubectl, object: KubeObject): Promise<readonly Pod[]> {
  const list = await kubectl.find<{ items: Pod[] }>(['pods', '--selector', selectorOf(object)])
  return list?.items ?? []
}

/** Why the pods of a resource cannot become ready, or undefined when they still might. */
export async function hopeless(kubectl: Kubectl, object: KubeObject): Promise<string | undefined> {
  for (const pod of await podsOf(kubectl, object)) {
    for (const { name, state } of pod.status.containerStatuses ?? []) {
      const waiting = state?.waiting
      if (waiting?.reason && HOPELESS.test(waiting.reason)) {
        return `container ${name}: ${waiting.reason}: ${waiting.message ?? ''}`
      }
    }
  }
  return undefined
}

/** The whole story, several lines. */
export async function diagnose(kubectl: Kubectl, object: KubeObject): Promise<string> {
  const current = (await kubectl.find([address(object)])) ?? object
  const conditions = current.status?.conditions ?? []
  const pods = await podsOf(kubectl, current)
  return [
    `${address(object)} is not ready.`,
    ...conditions.map((condition) => `  condition ${describe(condition)}`),
    ...(await Promise.all(pods.map((pod) => describePod(kubectl, pod)))).flat(),
    ...(await lastEvents(kubectl, current, pods)),
  ].join('\n')
}

async function describePod(kubectl: Kubectl, pod: Pod): Promise<string[]> {
  const containers = (pod.status.containerStatuses ?? []).map(({ name, ready, restartCount, state }) => {
    const why = state?.waiting ?? state?.terminated
    const detail = why ? ` ${why.reason ?? ''} ${why.message ?? ''}` : ''
    return `    container ${name}: ${ready ? 'ready' : 'not ready'}, ${restartCount} restarts${detail}`
  })
  // Knative's sidecar asks the function whether it is ready: then the sidecar is not, and the function says why.
  const all = pod.status.containerStatuses ?? []
  const container = all.some(({ ready }) => !ready)
    ? all.find(({ name }) => name !== 'queue-proxy')
    : undefined
  const log = container ? await lastLog(kubectl, pod.metadata.name, container) : []
  return [`  pod ${pod.metadata.name}: ${pod.status.phase}`, ...containers, ...log]
}

async function lastLog(
  kubectl: Kubectl,
  pod: string,
  { name, restartCount }: ContainerStatus,
): Promise<string[]> {
  const tail = ['logs', pod, '--container', name, '--tail', String(LAST_LOG_LINES)]
  const now = await kubectl.run(tail).catch(() => '')
  const text = now || (restartCount > 0 ? await kubectl.run([...tail, '--previous']).catch(() => '') : '')
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => `    log: ${line}`)
}

async function lastEvents(kubectl: Kubectl, object: KubeObject, pods: readonly Pod[]): Promise<string[]> {
  const list = await kubectl.find<{ items: Event[] }>(['events'])
  // A pod that waits for its volume says little; the claim says why there is none.
  const claims = pods.flatMap(({ spec }) =>
    (spec?.volumes ?? []).flatMap((volume) => volume.persistentVolumeClaim?.claimName ?? []),
  )
  const names = new Set([object.metadata.name, ...pods.map((pod) => pod.metadata.name), ...claims])
  const when = (event: Event): string => event.lastTimestamp ?? event.eventTime ?? ''
  return (list?.items ?? [])
    .filter(({ involvedObject }) => names.has(involvedObject.name))
    .sort((a, b) => when(a).localeCompare(when(b)))
    .slice(-LAST_EVENTS)
    .map(({ type, reason, message }) => `  event ${type} ${reason}: ${message}`)
}
