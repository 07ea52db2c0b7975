import { expect, test } from 'vitest'
import type { Kubectl } from './kube.ts'
import { preflight } from './preflight.ts'

/** A cluster that will do, with Knative Serving 1.15; undefined takes something away. */
type Cluster = Record<string, object | undefined>
const crd = (version: string, label?: string): object => ({
  metadata: { labels: { ...(label && { 'app.kubernetes.io/version': label }) } },
  spec: {
    versions: [
      { name: 'v1beta1', served: true },
      { name: version, served: true },
    ],
  },
})
const OBSERVABILITY = 'configmap/config-observability --namespace knative-serving'
const GOOD: Cluster = {
  'crd services.serving.knative.dev': crd('v1', 'devel'),
  'crd kafkasources.sources.knative.dev': crd('v1'),
  'crd kafkasinks.eventing.knative.dev': crd('v1alpha1'),
  'crd kafkas.kafka.strimzi.io': crd('v1'),
  'namespace/knative-serving': labelled('1.15.2'),
  [OBSERVABILITY]: { data: {} },
}
function labelled(version: string): object {
  return { metadata: { labels: { 'app.kubernetes.io/version': version } } }
}
const kubectlOf = (cluster: Cluster): Kubectl => ({
  run: async () => '{}',
  find: async (args) => {
    const found = cluster[args.join(' ')]
    return found && JSON.parse(JSON.stringify(found))
  },
})

const cases: [string, Cluster, RegExp[], RegExp[]][] = [
  ['everything is there', {}, [], []],
  ['no Strimzi', { 'crd kafkas.kafka.strimzi.io': undefined }, [/Strimzi >= 1.0 is not installed/], []],
  ['an old Strimzi', { 'crd kafkas.kafka.strimzi.io': crd('v1beta2') }, [/Strimzi.* does not serve v1/], []],
  [
    'an old Kafka source',
    { 'crd kafkasources.sources.knative.dev': crd('v1alpha1') },
    [/Kafka source >= 1.16.* does not serve v1 /],
    [],
  ],
  ['a new Kafka sink', { 'crd kafkasinks.eventing.knative.dev': crd('v1') }, [/Kafka sink.* v1alpha1/], []],
  [
    'an old Serving',
    { 'namespace/knative-serving': labelled('1.14.0') },
    [/Serving >= 1.15: this one is 1.14.0/],
    [],
  ],
  [
    'a Serving that only its CRD tells',
    { 'namespace/knative-serving': undefined, 'crd services.serving.knative.dev': crd('v1', 'v1.9.1') },
    [/this one is v1.9.1/],
    [],
  ],
  [
    'a Serving that nobody tells',
    { 'namespace/knative-serving': undefined },
    [],
    [/unknown \(label: devel\)/],
  ],
  ['Serving 1.15 built from source', { 'namespace/knative-serving': labelled('0.42.2') }, [], []],
  [
    'Serving 1.14 built from source',
    { 'namespace/knative-serving': labelled('0.41.0') },
    [/this one is 0.41.0/],
    [],
  ],
  ['Serving 1.18: metrics are on', { 'namespace/knative-serving': labelled('1.18.3') }, [], []],
  [
    'Serving 1.19: metrics are off',
    { 'namespace/knative-serving': labelled('1.19.0') },
    [],
    [/request-metrics-protocol is not set/],
  ],
  [
    'Serving 1.20 that sends them elsewhere',
    { 'namespace/knative-serving': labelled('1.20.0'), [OBSERVABILITY]: protocol('grpc') },
    [],
    [/request-metrics-protocol is grpc/],
  ],
  [
    'Serving 2.0 with metrics',
    { 'namespace/knative-serving': labelled('2.0.0'), [OBSERVABILITY]: protocol('prometheus') },
    [],
    [],
  ],
]
function protocol(name: string): object {
  return { data: { 'request-metrics-protocol': name } }
}

test.each(cases)('%s', async (_, change, missing, warnings) => {
  const found = await preflight(kubectlOf({ ...GOOD, ...change }), 'dev')
  expect(found.missing).toEqual(missing.map((pattern) => expect.stringMatching(pattern)))
  expect(found.warnings).toEqual(warnings.map((pattern) => expect.stringMatching(pattern)))
})

test('says the version of Serving', async () => {
  expect((await preflight(kubectlOf(GOOD), 'dev')).serving).toBe('1.15.2')
})

test('prod needs a default StorageClass', async () => {
  expect((await preflight(kubectlOf(GOOD), 'prod')).missing).toEqual([expect.stringMatching(/StorageClass/)])
})
