/** Waits until resources are ready, says what they wait for, and gives up with the reasons. */
import { setTimeout as pause } from 'node:timers/promises'
import { diagnose, hopeless } from './diagnose.ts'
import { address, type Kubectl, type KubeObject } from './kube.ts'
import { needsWaiting, type State, stateOf } from './readiness.ts'

const POLL_MS = 500
/** Only a failure that lasts is one: Knative reports some while a new revision comes up. In milliseconds. */
const FAILURE_MS = 5_000

class NotReady extends Error {}

export type Say = (line: string) => void

/** @throws NotReady with the diagnosis of the first resource that failed, or of all when time is up */
export async function waitReady(
  kubectl: Kubectl,
  objects: readonly KubeObject[],
  timeoutMs: number,
  say: Say,
): Promise<void> {
  const open = new Map(objects.filter(needsWaiting).map((object) => [address(object), new Watched(object)]))
  const started = Date.now()
  while (open.size > 0) {
    for (const [name, watched] of open) {
      const state = await watched.look(kubectl)
      if (state.is === 'ready') {
        open.delete(name)
        say(`  ready   ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`)
      } else if (watched.failedForMs >= FAILURE_MS) {
        throw new NotReady(await diagnose(kubectl, watched.object))
      } else if (watched.isNews) {
        say(`  waiting ${name}: ${state.why}`)
      }
    }
    if (open.size > 0 && Date.now() - started > timeoutMs) {
      const stories = await Promise.all([...open.values()].map(({ object }) => diagnose(kubectl, object)))
      throw new NotReady(stories.join('\n'))
    }
    if (open.size > 0) await pause(POLL_MS)
  }
}

class Watched {
  readonly object: KubeObject
  #failedSince: number | undefined
  #why = ''
  isNews = false

  constructor(object: KubeObject) {
    this.object = object
  }

  get failedForMs(): number {
    return this.#failedSince === undefined ? 0 : Date.now() - this.#failedSince
  }

  async look(kubectl: Kubectl): Promise<State> {
    const current = await kubectl.find([address(this.object)])
    const seen: State = current ? stateOf(current) : { is: 'waiting', why: 'not there yet' }
    const state = seen.is === 'waiting' && current ? await this.#orHopeless(kubectl, current, seen) : seen
    this.#failedSince = state.is === 'failed' ? (this.#failedSince ?? Date.now()) : undefined
    this.isNews = state.is !== 'ready' && state.why !== this.#why
    if (state.is !== 'ready') this.#why = state.why
    return state
  }

  /** A pod that cannot start is a failure long before Knative's own deadline of minutes. */
  async #orHopeless(kubectl: Kubectl, current: KubeObject, seen: State): Promise<State> {
    if (!/^(Service|StatefulSet|Deployment|Kafka)$/.test(current.kind)) return seen
    const why = await hopeless(kubectl, current)
    return why ? { is: 'failed', why } : seen
  }
}
