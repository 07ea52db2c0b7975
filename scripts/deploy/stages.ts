/** The order in which things are applied: each stage is ready before the next one starts. */
import type { KubeObject } from './kube.ts'

export interface Stage {
  readonly name: string
  readonly takes: (object: KubeObject) => boolean
  /** Seconds: the slowest that is still normal, with images to pull. */
  readonly timeoutS: number
}

const isFunction = ({ kind, apiVersion }: KubeObject): boolean =>
  kind === 'Service' && apiVersion.startsWith('serving.')

const named =
  (...names: string[]) =>
  ({ metadata }: KubeObject): boolean =>
    names.includes(metadata.name)

/** From back to front, so that everything a function calls is there when it starts. */
const STAGES: readonly Stage[] = [
  { name: 'namespace', timeoutS: 10, takes: ({ kind }) => kind === 'Namespace' },
  {
    name: 'accounts and policies',
    timeoutS: 10,
    takes: ({ kind }) => /^(ServiceAccount|Role|RoleBinding|NetworkPolicy|ConfigMap)$/.test(kind),
  },
  { name: 'Kafka', timeoutS: 300, takes: ({ kind }) => kind === 'Kafka' || kind === 'KafkaNodePool' },
  {
    name: 'topics and users',
    timeoutS: 120,
    takes: ({ kind }) => kind === 'KafkaTopic' || kind === 'KafkaUser',
  },
  { name: 'Valkey', timeoutS: 180, takes: named('valkey') },
  {
    name: 'publisher and aggregator',
    timeoutS: 180,
    takes: (o) => isFunction(o) && named('publisher', 'aggregator')(o),
  },
  { name: 'bridge', timeoutS: 180, takes: (o) => isFunction(o) && named('bridge')(o) },
  { name: 'ingest, console and those that look on', timeoutS: 180, takes: isFunction },
  { name: 'dead letter sinks', timeoutS: 120, takes: ({ kind }) => kind === 'KafkaSink' },
  { name: 'sources', timeoutS: 120, takes: ({ kind }) => kind === 'KafkaSource' },
  {
    name: 'Prometheus and Grafana',
    timeoutS: 180,
    takes: ({ metadata }) => /^(prometheus|grafana)$|-pods$/.test(metadata.name),
  },
]

/** Each object in the first stage that takes it. @throws Error for an object that none takes */
export function inStages(objects: readonly KubeObject[]): { stage: Stage; objects: KubeObject[] }[] {
  const staged = STAGES.map((stage) => ({ stage, objects: [] as KubeObject[] }))
  for (const object of objects) {
    const place = staged.find(({ stage }) => stage.takes(object))
    if (!place) throw new Error(`no stage takes ${object.kind} ${object.metadata.name}`)
    place.objects.push(object)
  }
  return staged.filter(({ objects }) => objects.length > 0)
}
