/** The source of sales, sent elsewhere for a while. */
import type { Condition } from '../../deploy/kube.ts'
import { kubectl, until } from './context.ts'

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
