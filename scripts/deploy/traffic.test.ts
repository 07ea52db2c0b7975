import { expect, test } from 'vitest'
import type { KubeObject } from './kube.ts'
import { heldBack } from './traffic.ts'

type Traffic = NonNullable<NonNullable<KubeObject['status']>['traffic']>

const serviceWith = (traffic?: Traffic): KubeObject => ({
  apiVersion: 'serving.knative.dev/v1',
  kind: 'Service',
  metadata: { name: 'ingest' },
  status: { latestReadyRevisionName: 'ingest-00003', ...(traffic && { traffic }) },
})

test.each<[string, Traffic | undefined]>([
  ['no traffic yet', undefined],
  ['all of it', [{ revisionName: 'ingest-00003', percent: 100 }]],
  [
    'all of it, and a tag on another',
    [{ revisionName: 'ingest-00003', percent: 100 }, { revisionName: 'ingest-00001' }],
  ],
  [
    'all of it in two parts',
    [
      { revisionName: 'ingest-00003', percent: 40 },
      { revisionName: 'ingest-00003', percent: 60 },
    ],
  ],
])('the latest revision has %s: nothing to say', (_, traffic) => {
  expect(heldBack(serviceWith(traffic))).toBeUndefined()
})

test.each<[string, Traffic, string]>([
  ['none', [{ revisionName: 'ingest-00001', percent: 100 }], 'has 0 % of the traffic (ingest-00001 100 %)'],
  [
    'a tenth',
    [
      { revisionName: 'ingest-00001', percent: 90 },
      { revisionName: 'ingest-00003', percent: 10 },
    ],
    'has 10 % of the traffic (ingest-00001 90 %, ingest-00003 10 %)',
  ],
])('the latest revision has %s: who has it', (_, traffic, said) => {
  expect(heldBack(serviceWith(traffic))).toContain(`ingest: ingest-00003 is the latest, and ${said}`)
})
