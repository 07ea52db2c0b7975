/** What the cluster must have before anything is applied, and how to get it. */
import type { Kubectl, KubeObject } from './kube.ts'
import { checkServing } from './serving-version.ts'

interface Requirement {
  readonly what: string
  readonly resource: string
  /** The version of the resource that our manifests use. */
  readonly version: string
  readonly get: string
}

const REQUIREMENTS: readonly Requirement[] = [
  {
    what: 'Knative Serving >= 1.15',
    resource: 'services.serving.knative.dev',
    version: 'v1',
    get: 'https://knative.dev/docs/install/ (Serving, with a gateway such as Kourier)',
  },
  {
    what: "Knative's Kafka source >= 1.16",
    resource: 'kafkasources.sources.knative.dev',
    version: 'v1',
    get: 'https://knative.dev/docs/eventing/sources/kafka-source/ (eventing-kafka-controller, -source)',
  },
  {
    what: "Knative's Kafka sink",
    resource: 'kafkasinks.eventing.knative.dev',
    version: 'v1alpha1',
    get: 'https://knative.dev/docs/eventing/sinks/kafka-sink/ (eventing-kafka-sink)',
  },
  {
    what: 'Strimzi >= 1.0',
    resource: 'kafkas.kafka.strimzi.io',
    version: 'v1',
    get: 'https://strimzi.io/quickstarts/ (it must watch the namespace that is deployed to)',
  },
]

const DEFAULT_CLASS = 'storageclass.kubernetes.io/is-default-class'

interface CustomResourceDefinition extends Omit<KubeObject, 'spec'> {
  readonly spec: { readonly versions: readonly { readonly name: string; readonly served: boolean }[] }
}

export interface Findings {
  /** One line each; empty when the cluster will do. */
  readonly missing: readonly string[]
  /** What works, and is not as it should be. */
  readonly warnings: readonly string[]
  /** The version of Knative Serving, as its label has it. */
  readonly serving: string
}

export async function preflight(kubectl: Kubectl, overlay: string): Promise<Findings> {
  try {
    await kubectl.run(['version', '--output', 'json'])
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    return {
      missing: [`no cluster answers, is KUBECONFIG set? kubectl says: ${said}`],
      warnings: [],
      serving: 'none',
    }
  }
  const missing: string[] = []
  for (const { what, resource, version, get } of REQUIREMENTS) {
    const definition = await kubectl.find<CustomResourceDefinition>(['crd', resource])
    if (!definition) missing.push(`${what} is not installed (${resource}): ${get}`)
    else if (!serves(definition, version)) {
      missing.push(`${what}: the installed one does not serve ${version} of ${resource}: ${get}`)
    }
  }
  if (overlay !== 'dev' && !(await hasDefaultStorageClass(kubectl))) {
    missing.push(
      'no default StorageClass, which the volumes of Kafka and Valkey need: mark one with the annotation ' +
        `${DEFAULT_CLASS}=true, or use --overlay dev`,
    )
  }
  const { serving, ...found } = await checkServing(kubectl)
  return { missing: [...missing, ...found.missing], warnings: found.warnings, serving }
}

const serves = ({ spec }: CustomResourceDefinition, version: string): boolean =>
  spec.versions.some(({ name, served }) => name === version && served)

async function hasDefaultStorageClass(kubectl: Kubectl): Promise<boolean> {
  const classes = await kubectl.find<{ items: KubeObject[] }>(['storageclasses'])
  return (classes?.items ?? []).some(({ metadata }) => metadata.annotations?.[DEFAULT_CLASS] === 'true')
}
