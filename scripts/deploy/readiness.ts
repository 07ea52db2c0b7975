/** When a resource counts as ready, by kind, and what it says as long as it is not. */
import type { Condition, KubeObject } from './kube.ts'

export type State = { readonly is: 'ready' } | { readonly is: 'waiting' | 'failed'; readonly why: string }

const READY: State = { is: 'ready' }

/** These have a condition Ready; what it says of an older generation does not count. */
const CONDITIONED = new Set(['Kafka', 'KafkaTopic', 'KafkaUser', 'KafkaSource', 'KafkaSink', 'Service'])

export function needsWaiting({ kind, apiVersion }: KubeObject): boolean {
  if (kind === 'Service') return apiVersion.startsWith('serving.')
  return CONDITIONED.has(kind) || kind === 'StatefulSet' || kind === 'Deployment'
}

export function stateOf(object: KubeObject): State {
  const { kind, metadata, status } = object
  const observed = status?.observedGeneration
  if (observed !== undefined && observed < (metadata.generation ?? 0)) {
    return { is: 'waiting', why: 'not looked at yet' }
  }
  if (kind === 'StatefulSet' || kind === 'Deployment') return replicaState(object)
  const ready = status?.conditions?.find((condition) => condition.type === 'Ready')
  if (ready?.status === 'True') return READY
  if (!ready) return { is: 'waiting', why: 'no status yet' }
  // Only Knative Serving's False is final; the others try again by themselves.
  const is = ready.status === 'False' && object.apiVersion.startsWith('serving.') ? 'failed' : 'waiting'
  return { is, why: describe(ready) }
}

function replicaState({ spec, status }: KubeObject): State {
  const wanted = spec?.replicas ?? 1
  const current = Math.min(status?.readyReplicas ?? 0, status?.updatedReplicas ?? 0)
  return current >= wanted ? READY : { is: 'waiting', why: `${current} of ${wanted} pods ready` }
}

export const describe = ({ type, status, reason, message }: Condition): string =>
  [`${type}=${status}`, reason, message].filter(Boolean).join(': ')
