/** One request to functions at zero pods, and what the API server told of their pods until the answer came. */
import { createInterface } from 'node:readline'
import { execa } from 'execa'
import { send } from '../deploy/http.ts'
import { hostOf, ingress, namespace, newProduct, type Pod, untilZero } from './world.ts'

/** In order; each is a condition of the pod, or its creation. */
export const STEPS = ['created', 'scheduled', 'sandbox', 'started', 'ready'] as const
export type Step = (typeof STEPS)[number]

export interface ColdRoad {
  /** From the request to its 200. */
  readonly answeredMs: number
  readonly pods: readonly { readonly pod: string; readonly atMs: Partial<Record<Step, number>> }[]
}

const ANSWER_MS = 60_000

interface ContainerStatus {
  readonly name: string
  readonly state?: { readonly running?: object }
}

function reached(
  { status }: Pod & { status: { containerStatuses?: readonly ContainerStatus[] } },
  step: Step,
): boolean {
  const is = (type: string): boolean =>
    status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false
  switch (step) {
    case 'created':
      return true
    case 'scheduled':
      return is('PodScheduled')
    case 'sandbox':
      return is('PodReadyToStartContainers')
    case 'started':
      return (
        status.containerStatuses?.some(({ name, state }) => name !== 'queue-proxy' && state?.running) ?? false
      )
    case 'ready':
      return is('Ready')
  }
}

/** Time stamps are those of this machine when the watch brought the news: the API's own have whole seconds only. */
export async function measureColdRoad(what: 'ingest /health' | 'a sale'): Promise<ColdRoad> {
  await untilZero()
  const host = await hostOf('ingest')
  const seen = new Map<string, Partial<Record<Step, number>>>()
  const args = ['get', 'pods', '--selector', 'caudal/role=function', '--watch', '--output', 'json']
  const watch = execa('kubectl', ['--namespace', namespace, ...args, '--output-watch-events=false'], {
    reject: false,
    buffer: false,
  })
  const started = performance.now()
  readPods(watch.stdout, (pod) => {
    // On its way out, from before.
    if (pod.metadata.deletionTimestamp !== undefined) return
    const at = seen.get(pod.metadata.name) ?? {}
    for (const step of STEPS)
      if (at[step] === undefined && reached(pod, step)) at[step] = performance.now() - started
    seen.set(pod.metadata.name, at)
  })
  const answer = await ask(host, what)
  const answeredMs = performance.now() - started
  if (answer !== 200) throw new Error(`${what} was answered ${answer}`)
  watch.kill()
  await watch
  return { answeredMs, pods: [...seen].map(([pod, atMs]) => ({ pod, atMs })) }
}

/** kubectl prints one indented object after another; each ends with a brace in the first column. */
function readPods(stream: NodeJS.ReadableStream, take: (pod: Pod) => void): void {
  let lines: string[] = []
  createInterface(stream).on('line', (line) => {
    lines.push(line)
    if (line !== '}') return
    take(JSON.parse(lines.join('\n')))
    lines = []
  })
}

async function ask(host: string, what: 'ingest /health' | 'a sale'): Promise<number> {
  if (what === 'ingest /health') {
    return (await send(`${ingress}/health`, { headers: { host }, timeoutMs: ANSWER_MS })).status
  }
  const sale = { categoria: 1, producto_id: newProduct('cold'), precio: 1, cantidad_vendida: 1 }
  const headers = { host, 'content-type': 'application/json' }
  const body = JSON.stringify(sale)
  return (await send(`${ingress}/venta`, { method: 'POST', headers, body, timeoutMs: ANSWER_MS })).status
}
