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
  ['pods that are ready but old', set(2, 1), 'waiting'],
  ['all pods', set(2, 2), 'ready'],
]

test.each(cases)('%s', (_, given, expected) => {
  expect(stateOf(given).is).toBe(expected)
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
