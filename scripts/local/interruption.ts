/** Ctrl-C and SIGTERM: the first asks the run to end in order, a later one ends it at once. */

/** npm passes a signal on that the terminal sent to every process already: the second within this time is the same. */
const SAME_MS = 1_500

export interface Interruption {
  readonly signal: AbortSignal
  /** Rejects when it is interrupted. */
  orWhen<T>(work: Promise<T>): Promise<T>
}

export class Interrupted extends Error {}

/** @param atOnce ends the process */
export function onInterruption(atOnce: () => never): Interruption {
  const controller = new AbortController()
  let firstMs: number | undefined
  const interrupt = (): void => {
    const nowMs = performance.now()
    firstMs ??= nowMs
    if (nowMs - firstMs > SAME_MS) atOnce()
    controller.abort(new Interrupted())
  }
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, interrupt)
  const { signal } = controller
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  interrupted.catch(() => {})
  return { signal, orWhen: (work) => Promise.race([work, interrupted]) }
}
