/** When a resource counts as ready, by kind, and what it says as long as it is not. */
import type { Condition, KubeObject } from './kube.ts'

export type State = { readonly is: 'ready' } | { readonly is: 'waiting' | 'failed'; readonly why: string }

/** Reasons of Strimzi that blame the resource itself: a wrong field, a change that Kafka cannot make. */
const STRIMZI_FINAL = /^(InvalidResourceException|NotSupported)$/

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
  // Strimzi takes Ready away and says why in a condition of its own.
  const said = ready ?? status?.conditions?.find(isNotReady)
  if (!said) return { is: 'waiting', why: 'no status yet' }
  return { is: isFinal(object, said) ? 'failed' : 'waiting', why: describe(said) }
}

const isNotReady = ({ type, status }: Condition): boolean => type === 'NotReady' && status === 'True'

/** Whether nothing changes by itself any more; most of what failed is tried again. */
function isFinal({ apiVersion }: KubeObject, { status, reason }: Condition): boolean {
  if (apiVersion.startsWith('serving.')) return status === 'False'
  return apiVersion.startsWith('kafka.strimzi.io/') && STRIMZI_FINAL.test(reason ?? '')
}

function replicaState({ spec, status }: KubeObject): State {
  const wanted = spec?.replicas ?? 1
  const current = Math.min(status?.readyReplicas ?? 0, status?.updatedReplicas ?? 0)
  return current >= wanted ? READY : { is: 'waiting', why: `${current} of ${wanted} pods ready` }
}

export const describe = ({ type, status, reason, message }: Condition): string =>
  [`${type}=${status}`, reason, message].filter(Boolean).join(': ')
