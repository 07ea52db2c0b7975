/**
 * Two questions that are not the same:
 *
 * - Can this process be sent requests (`ready`)? For the readiness probe of Knative. Once it was connected to what it has
 *   itself, it stays ready until it stops: a Kafka that is lost is lost for all pods alike, and taking them all out would
 *   only put a gateway's bare 503 in the place of ours, which says why and when to come again.
 * - Can it do its work now (`check`)? For people, monitors and the step before: also when the next step or a server is
 *   away, which is looked at when somebody asks. Nobody is asked otherwise, since that would keep a step that has scaled to
 *   zero from staying there.
 */
import { HEALTH_FRESH_MS } from '../_core/limits.ts'
import type { HealthCheck, Readiness } from '../_core/ports.ts'

export interface Health {
  readonly readiness: Readiness
  readonly health: HealthCheck
}

export interface HealthParts {
  /** Of the process: why it takes nothing any more. */
  readonly lifecycle: { readonly readiness: Readiness }
  /** Of its own connections, each a way to what all pods lose at once. */
  readonly connection?: Readiness
  /** Why this one can do nothing, whatever the others can: its build, or the data it has found. */
  readonly own?: Readiness
  /** Asks the next step or a server whether it is there; a rejection says that it is not. */
  readonly ask?: HealthCheck
}

const WELL: Readiness = () => undefined

export function healthOf({ lifecycle, connection = WELL, own = WELL, ask }: HealthParts): Health {
  let hasStarted = false
  const starting = (): string | undefined => {
    const reason = hasStarted ? undefined : connection()
    hasStarted = reason === undefined
    return reason
  }
  const asked = ask === undefined ? async () => undefined : fresh(ask)
  return {
    readiness: () => lifecycle.readiness() ?? own() ?? starting(),
    health: async () => {
      // Whoever asks first, a probe or this: once it was connected, it has started.
      starting()
      return lifecycle.readiness() ?? own() ?? connection() ?? (await asked())
    },
  }
}

/** One question at a time, and its answer holds for a while, however many ask. */
function fresh(ask: HealthCheck): HealthCheck {
  let answer: Promise<string | undefined> | undefined
  return () => {
    if (answer === undefined) {
      answer = settled(ask())
      const forget = (): void => {
        answer = undefined
      }
      void answer.then(() => setTimeout(forget, HEALTH_FRESH_MS).unref())
    }
    return answer
  }
}

const settled = (asked: Promise<string | undefined>): Promise<string | undefined> =>
  asked.catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
