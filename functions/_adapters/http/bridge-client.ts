/** The next step of ingest: the bridge, by CloudEvents batches over kept-alive HTTP. */
import { Agent } from 'node:http'
import { Failure, type FieldError, isErrorCode } from '../../_core/errors.ts'
import type { Event } from '../../_core/event.ts'
import { BRIDGE_DEADLINE_MS, BRIDGE_HEALTH_MS } from '../../_core/limits.ts'
import { CLOUDEVENTS_BATCH, JSON_TYPE } from '../../_core/media-types.ts'
import type { HealthCheck, Outcome, Sink } from '../../_core/ports.ts'
import { encodeBatch } from '../cloudevents/json.ts'
import type { Rejected } from './bulk.ts'
import { get, post } from './post.ts'

const CONNECTIONS = 8
const HEADERS = { 'content-type': CLOUDEVENTS_BATCH, accept: JSON_TYPE }

export interface BridgeClient {
  readonly send: Sink<Event>
  /** Whether the bridge answers, and does not say itself that it cannot. */
  readonly ask: HealthCheck
  close(): void
}

export function bridgeClient(baseUrl: string): BridgeClient {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  const at = (path: string): URL => new URL(baseUrl.replace(/\/$/, '') + path)
  const url = at('/procesar')
  return {
    send: async (events) => {
      const { status, body } = await post(url, HEADERS, encodeBatch(events), {
        agent,
        deadlineMs: BRIDGE_DEADLINE_MS,
      })
      return outcomesOf(events.length, status, body)
    },
    ask: async () => {
      const { status, body } = await get(at('/health'), { agent, deadlineMs: BRIDGE_HEALTH_MS })
      // Whoever has no such route is there all the same.
      if (status < 500) return undefined
      const { reason } = parse(body)
      return `the bridge is not ready: ${typeof reason === 'string' ? reason : status}`
    },
    close: () => agent.destroy(),
  }
}

/** The bridge's answer, item by item; an answer that is not the bridge's own (a proxy's 502) is `unavailable`. */
function outcomesOf(items: number, status: number, text: string): readonly Outcome[] {
  const body = parse(text)
  if (status === 200 && Array.isArray(body.rechazadas)) {
    // More than it lists were refused, and nothing says why: they are asked for again.
    const unlisted =
      body.omitidas === undefined ? undefined : new Failure('unavailable', 'the bridge refused it')
    const outcomes: Outcome[] = new Array(items).fill(unlisted)
    for (const one of body.rechazadas as readonly Rejected[]) outcomes[one.indice] = failureOf(one)
    return outcomes
  }
  const code = isErrorCode(body.code) ? body.code : 'unavailable'
  const detail = typeof body.detail === 'string' ? body.detail : `the bridge answered ${status}`
  return new Array(items).fill(new Failure(code, detail))
}

function failureOf({ errores }: Rejected): Failure {
  const fields: FieldError[] = errores.map(({ pointer, detail }) => ({ field: pointer.slice(2), detail }))
  const code = errores[0]?.code
  const detail = errores.map((error) => error.detail).join('; ')
  return new Failure(isErrorCode(code) ? code : 'unavailable', detail, fields)
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}
