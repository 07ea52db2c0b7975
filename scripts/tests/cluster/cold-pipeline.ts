/** One request to functions at zero pods, and what the API server told of their pods until the answer came. */
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { send } from '../../deploy/http.ts'
import { hostOf, ingress, namespace, newProduct, type Pod, untilZero } from './context.ts'

/**
 * In order. `pulled` (the sandbox and the image are there) and `started` (the function's process runs) are events of the
 * function's container, the others are conditions of the pod, or its creation.
 */
export const STEPS = ['created', 'scheduled', 'pulled', 'started', 'ready'] as const
export type Step = (typeof STEPS)[number]

export interface ColdPipeline {
  /** From the request to its 200. */
  readonly answeredMs: number
  readonly pods: readonly { readonly pod: string; readonly atMs: Partial<Record<Step, number>> }[]
}

const ANSWER_MS = 60_000

const CONDITIONS = {
  scheduled: 'PodScheduled',
  ready: 'Ready',
} as const

interface PodEvent {
  readonly reason: string
  readonly involvedObject: { readonly name: string; readonly fieldPath?: string }
}
const REASONS: Readonly<Record<string, Step>> = { Pulled: 'pulled', Started: 'started' }

/** Time stamps are those of this machine when the watch brought the news: the API's own have whole seconds only. */
export async function measureColdPipeline(what: 'ingest /ready' | 'a sale'): Promise<ColdPipeline> {
  await untilZero()
  const host = await hostOf('ingest')
  const seen = new Map<string, Partial<Record<Step, number>>>()
  const started = performance.now()
  const note = (pod: string, step: Step): void => {
    const at = seen.get(pod) ?? {}
    at[step] ??= performance.now() - started
    seen.set(pod, at)
  }
  const pods = watch<Pod>(['pods', '--selector', 'caudal/role=function'], ({ metadata, status }) => {
    // On its way out, from before.
    if (metadata.deletionTimestamp !== undefined) return
    note(metadata.name, 'created')
    for (const step of ['scheduled', 'ready'] as const) {
      const reached = status.conditions?.some(
        ({ type, status: is }) => type === CONDITIONS[step] && is === 'True',
      )
      if (reached) note(metadata.name, step)
    }
  })
  // The kubelet tells of containers here as it goes. The status of the pod tells of them later, all at once: its sandbox
  // looks as if it came after its processes.
  const events = watch<PodEvent>(['events', '--watch-only'], ({ reason, involvedObject }) => {
    const step = REASONS[reason]
    if (step && involvedObject.fieldPath === 'spec.containers{function}') note(involvedObject.name, step)
  })
  const answer = await ask(host, what)
  const answeredMs = performance.now() - started
  if (answer !== 200) throw new Error(`${what} was answered ${answer}`)
  await Promise.all([pods.stop(), events.stop()])
  return { answeredMs, pods: [...seen].map(([pod, atMs]) => ({ pod, atMs })) }
}

/** kubectl prints one indented object after another; each ends with a brace in the first column. */
function watch<T>(what: readonly string[], take: (object: T) => void): { stop(): Promise<void> } {
  const args = ['--namespace', namespace, 'get', ...what, '--watch', '--output', 'json']
  const kubectl = execa('kubectl', args, { reject: false, buffer: false })
  let lines: string[] = []
  createInterface(kubectl.stdout).on('line', (line) => {
    lines.push(line)
    if (line !== '}') return
    take(JSON.parse(lines.join('\n')))
    lines = []
  })
  return {
    stop: async () => {
      kubectl.kill()
      await kubectl
    },
  }
}

async function ask(host: string, what: 'ingest /ready' | 'a sale'): Promise<number> {
  if (what === 'ingest /ready') {
    return (await send(`${ingress}/ready`, { headers: { host }, timeoutMs: ANSWER_MS })).status
  }
  const sale = { categoria: 1, producto_id: newProduct('cold'), precio: 1, cantidad_vendida: 1 }
  const headers = { host, 'content-type': 'application/json' }
  const body = JSON.stringify(sale)
  return (await send(`${ingress}/venta`, { method: 'POST', headers, body, timeoutMs: ANSWER_MS })).status
}
