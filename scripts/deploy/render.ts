/** One overlay with this deployment's namespace and images: a kustomization on top of it, built by kubectl. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import { FUNCTIONS, type FunctionName } from '../../functions/_core/topology.ts'
import { REPO_DIR } from '../lib/paths.ts'
import { type ImageRecords, reference } from './images/record.ts'
import type { Kubectl, KubeObject } from './kube.ts'

export interface Deployment {
  readonly overlay: string
  readonly namespace: string
  readonly publicEndpoints: boolean
  /** Folders with kustomize components of one's own, absolute; applied last. */
  readonly components: readonly string[]
  /** Left out to take things away: that goes by name. */
  readonly images?: ImageRecords
  /** A hash of the secrets: what reads them restarts when they change. */
  readonly secretsHash?: string
}

/** In the repository: kustomize loads bases by relative paths only. */
const WORK = join(REPO_DIR, '.caudal', 'deploy')
interface Target {
  readonly kind: string
  readonly group: string
  readonly name: string
}
const SECRETS_ANNOTATION = 'caudal/secrets-hash'

/** What reads a secret only at its start or, as Strimzi's user operator, only when the resource changes. */
const SECRET_READERS: readonly Target[] = [
  // Any of them: the name is a pattern.
  { kind: 'KafkaUser', group: 'kafka.strimzi.io', name: '.*' },
  { kind: 'Service', group: 'serving.knative.dev', name: 'publisher' },
  { kind: 'Service', group: 'serving.knative.dev', name: 'aggregator' },
  { kind: 'Service', group: 'serving.knative.dev', name: 'notifier' },
  { kind: 'Service', group: 'serving.knative.dev', name: 'console' },
  { kind: 'StatefulSet', group: 'apps', name: 'valkey' },
]

export async function render(kubectl: Kubectl, deployment: Deployment): Promise<KubeObject[]> {
  await mkdir(WORK, { recursive: true })
  const folder = await mkdtemp(join(WORK, `${deployment.overlay}-`))
  const inner = join(folder, 'overlay')
  try {
    await mkdir(inner)
    await writeFile(join(inner, 'kustomization.yaml'), stringify(named(inner, deployment)))
    await writeFile(join(folder, 'kustomization.yaml'), stringify(composed(folder, deployment)))
    return parseObjects(await kubectl.run(['kustomize', folder]))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

export const parseObjects = (text: string): KubeObject[] =>
  parseAllDocuments(text).map((document): KubeObject => document.toJS())

const API = 'kustomize.config.k8s.io/v1beta1'
const manifestsFrom = (folder: string): string => relative(folder, join(REPO_DIR, 'knative'))

/** Components see what is below them, so they are one level above the namespace that one of them spreads. */
function composed(folder: string, { namespace, publicEndpoints, components, images }: Deployment) {
  const ours = ['namespace', ...(publicEndpoints ? ['public-endpoints'] : [])]
  return {
    apiVersion: API,
    kind: 'Kustomization',
    // Of what components bring along, too.
    namespace,
    resources: ['overlay'],
    components: [
      ...ours.map((name) => `${manifestsFrom(folder)}/components/${name}`),
      ...components.map((path) => relative(folder, path)),
    ],
    // Here, not below: a component may bring a function along.
    images: images ? FUNCTIONS.map((name) => imageOf(images, name)) : [],
    patches: images ? FUNCTIONS.map((name) => annotate(serviceOf(name), imageAnnotation(images, name))) : [],
  }
}

const serviceOf = (name: FunctionName): Target => ({ kind: 'Service', group: 'serving.knative.dev', name })

function named(folder: string, { overlay, namespace, secretsHash }: Deployment) {
  return {
    apiVersion: API,
    kind: 'Kustomization',
    namespace,
    resources: [`${manifestsFrom(folder)}/overlays/${overlay}`],
    patches: secretsHash
      ? SECRET_READERS.map((target) => annotate(target, { [SECRETS_ANNOTATION]: secretsHash }))
      : [],
  }
}

function imageOf(images: ImageRecords, name: FunctionName) {
  const { repository, tag, digest } = images[name]
  return { name: `caudal-${name}`, newName: repository, ...(digest ? { digest } : { newTag: tag }) }
}

const imageAnnotation = (images: ImageRecords, name: FunctionName) => ({
  // For people: with a digest, the tag says which content it is.
  'caudal/image': `${reference(images[name])} (${images[name].tag})`,
})

function annotate(target: Target, annotations: Record<string, string>) {
  const { kind, group, name } = target
  // Pods are made anew when their template changes; a KafkaUser has none.
  const place = kind === 'KafkaUser' ? {} : { spec: { template: { metadata: { annotations } } } }
  const metadata = kind === 'KafkaUser' ? { name, annotations } : { name }
  return { target, patch: stringify({ apiVersion: `${group}/v1`, kind, metadata, ...place }) }
}
