/** Revisions of functions: a new one by a change of the Service, and the way back. */
import type { FunctionName } from '../../../functions/_core/topology.ts'
import type { Condition } from '../../deploy/kube.ts'
import { kubectl, type Pod, until } from './context.ts'

const SETTLED_MS = 120_000

interface EnvVar {
  readonly name: string
  readonly value?: string
}

/** The parts that tests look at or change; the others are kept as they are. */
export interface Spec {
  readonly template: {
    readonly metadata: { readonly annotations?: Readonly<Record<string, string>> }
    readonly spec: {
      readonly containers: readonly {
        readonly image: string
        readonly env?: readonly EnvVar[]
        readonly readinessProbe?: object
        readonly securityContext?: object
      }[]
    }
  }
  readonly traffic?: readonly object[]
}

export interface Service {
  readonly metadata: { readonly generation: number }
  readonly spec: Spec
  readonly status: {
    readonly observedGeneration?: number
    readonly conditions?: readonly Condition[]
    readonly latestCreatedRevisionName: string
    readonly latestReadyRevisionName: string
    readonly traffic?: readonly { readonly tag?: string; readonly url?: string }[]
  }
}

const address = (name: FunctionName): string => `services.serving.knative.dev/${name}`

export async function serviceOf(name: FunctionName): Promise<Service> {
  const service = await kubectl.find<Service>([address(name)])
  if (!service) throw new Error(`${name} is not deployed`)
  return service
}

/** Changes a Service and waits until the traffic goes as it says. */
export async function change(name: FunctionName, to: (spec: Spec) => Spec): Promise<Service> {
  const { spec } = await serviceOf(name)
  const patch = JSON.stringify([{ op: 'replace', path: '/spec', value: to(spec) }])
  await kubectl.run(['patch', address(name), '--type=json', '--patch', patch])
  return until(`${name} is as it was changed`, SETTLED_MS, async () => {
    const service = await serviceOf(name)
    const { observedGeneration, conditions } = service.status
    const settled =
      observedGeneration === service.metadata.generation &&
      conditions?.every(({ status }) => status === 'True')
    return settled && service
  })
}

/** Takes the change back whatever happens. */
export async function whileChanged(
  name: FunctionName,
  to: (spec: Spec) => Spec,
  run: (changed: Service) => Promise<void>,
): Promise<void> {
  const { spec } = await serviceOf(name)
  try {
    await run(await change(name, to))
  } finally {
    await change(name, () => spec)
  }
}

export const annotated =
  (annotations: Readonly<Record<string, string>>) =>
  (spec: Spec): Spec => {
    const metadata = {
      ...spec.template.metadata,
      annotations: { ...spec.template.metadata.annotations, ...annotations },
    }
    return { ...spec, template: { ...spec.template, metadata } }
  }

/** @param beside other fields of the container to replace */
export const withEnv =
  (added: EnvVar, beside: { readonly readinessProbe?: object } = {}) =>
  (spec: Spec): Spec => {
    const containers = spec.template.spec.containers.map((container) => {
      const others = container.env?.filter(({ name }) => name !== added.name) ?? []
      return { ...container, env: [...others, added], ...beside }
    })
    return { ...spec, template: { ...spec.template, spec: { ...spec.template.spec, containers } } }
  }

export const isReady = ({ status }: Pod): boolean =>
  status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false

/** Also those on their way out. */
export async function podsOfRevision(revision: string): Promise<readonly Pod[]> {
  const selector = `serving.knative.dev/revision=${revision}`
  return (await kubectl.find<{ items: Pod[] }>(['pods', '--selector', selector]))?.items ?? []
}

const READY_MS = 120_000
const SOURCE = 'kafkasource.sources.knative.dev/ventas'

interface Source {
  readonly spec: { readonly sink: { readonly ref: object }; readonly delivery: { readonly retry: number } }
}

/** Where the sales go, and how often they are sent again; then back, whatever happens. */
export async function whileSalesGoTo(uri: string, retry: number, run: () => Promise<void>): Promise<void> {
  const before = await kubectl.find<Source>([SOURCE])
  if (!before) throw new Error(`there is no ${SOURCE}`)
  const patch = async (sink: object, retries: number): Promise<void> => {
    const merge = JSON.stringify({ spec: { sink, delivery: { retry: retries } } })
    await kubectl.run(['patch', SOURCE, '--type=merge', '--patch', merge])
    await until('the source is ready', READY_MS, async () => {
      const source = await kubectl.find([SOURCE])
      const ready = ({ type, status }: Condition): boolean => type === 'Ready' && status === 'True'
      const { observedGeneration, conditions } = source?.status ?? {}
      return observedGeneration === source?.metadata.generation && conditions?.some(ready)
    })
  }
  try {
    await patch({ uri, ref: null }, retry)
    await run()
  } finally {
    await patch({ uri: null, ref: before.spec.sink.ref }, before.spec.delivery.retry)
  }
}
