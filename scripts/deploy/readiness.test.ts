import { expect, test } from 'vitest'
import type { Condition, KubeObject } from './kube.ts'
import { needsWaiting, stateOf } from './readiness.ts'

const ready = (status: Condition['status'], reason?: string): Condition[] => [
  { type: 'Ready', status, ...(reason ? { reason } : {}) },
]
const object = (kind: string, apiVersion: string, rest: Partial<KubeObject> = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'x', generation: 2 },
  ...rest,
})
const kafka = (...conditions: Condition[]) =>
  object('Kafka', 'kafka.strimzi.io/v1', { status: { observedGeneration: 2, conditions } })
const notReady = (reason: string): Condition => ({ type: 'NotReady', status: 'True', reason, message: 'why' })
const service = (status: KubeObject['status']) =>
  object('Service', 'serving.knative.dev/v1', status ? { status } : {})
const set = (readyReplicas: number, updatedReplicas: number) =>
  object('StatefulSet', 'apps/v1', {
    spec: { replicas: 2 },
    status: { observedGeneration: 2, readyReplicas, updatedReplicas },
  })

const cases: [string, KubeObject, 'ready' | 'waiting' | 'failed'][] = [
  ['no status yet', service(undefined), 'waiting'],
  ['ready, of an older generation', service({ observedGeneration: 1, conditions: ready('True') }), 'waiting'],
  ['ready', service({ observedGeneration: 2, conditions: ready('True') }), 'ready'],
  ['unknown', service({ observedGeneration: 2, conditions: ready('Unknown') }), 'waiting'],
  ['false, of Knative Serving', service({ observedGeneration: 2, conditions: ready('False') }), 'failed'],
  [
    'false, of an operator that tries again',
    object('KafkaSource', 'sources.knative.dev/v1', { status: { conditions: ready('False') } }),
    'waiting',
  ],
  ['false, of Strimzi, that goes on', kafka(notReady('Creating')), 'waiting'],
  ['false, of Strimzi, that cannot', kafka(notReady('InvalidResourceException')), 'failed'],
  ['false, of a topic with fewer partitions', kafka(...ready('False', 'NotSupported')), 'failed'],
  [
    'ready, of Strimzi, with a warning',
    kafka({ type: 'Warning', status: 'True' }, ...ready('True')),
    'ready',
  ],
  ['only a warning, of Strimzi', kafka({ type: 'Warning', status: 'True' }), 'waiting'],
  ['pods that are ready but old', set(2, 1), 'waiting'],
  ['all pods', set(2, 2), 'ready'],
]

test.each(cases)('%s', (_, given, expected) => {
  expect(stateOf(given).is).toBe(expected)
})

test('Strimzi says why it is not ready', () => {
  expect(stateOf(kafka(notReady('Creating')))).toEqual({
    is: 'waiting',
    why: 'NotReady=True: Creating: why',
  })
})

test.each([
  ['Service', 'serving.knative.dev/v1', true],
  ['Service', 'v1', false],
  ['KafkaTopic', 'kafka.strimzi.io/v1', true],
  ['Deployment', 'apps/v1', true],
  ['ConfigMap', 'v1', false],
])('%s of %s is waited for: %s', (kind, apiVersion, expected) => {
  expect(needsWaiting(object(kind, apiVersion))).toBe(expected)
})
