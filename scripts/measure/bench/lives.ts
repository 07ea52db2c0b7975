/** A closed loop of whole lives: things are born, and go all the way along their line, each request once the one before it is answered. */
import { randomUUID } from 'node:crypto'
import { Agent } from 'node:http'
import { post } from '../../../functions/_adapters/http/post.ts'
import type { Domain, Value } from '../../../functions/_core/domain.ts'
import { type Transition, transitionOf } from '../../../functions/_core/effects/transition-data.ts'
import { newestOf } from '../../../functions/_core/life.ts'
import { JSON_TYPE, NDJSON } from '../../../functions/_core/media-types.ts'
import { type Load, percentilesOf } from './loads.ts'

export interface LivesLoad {
  /** URL of ingest. */
  readonly url: string
  readonly connections: number
  /** Things whose events go in one request; 1: not as a list. */
  readonly items: number
}

const OK = 200
const DEADLINE_MS = 15_000

/** A request of a life: where to, and what of a thing. */
interface Step {
  readonly url: URL
  readonly contentOf: (id: string) => Value
}

/** What is sent of each thing, in this order. @throws Error when no domain of `domains` has a life */
function stepsOf(domains: readonly Domain[], url: string): readonly Step[] {
  const withLife = domains.flatMap((domain) => {
    const effect = transitionOf(domain)
    return effect === undefined ? [] : [{ domain, effect }]
  })
  const born = withLife.find(({ effect }) => effect.move === undefined)
  const moved = withLife.find(({ effect }) => effect.move !== undefined && effect.key === born?.effect.key)
  if (born === undefined || moved === undefined) throw new Error('no domain has a life')
  const example = born.domain.examples[0]?.stored ?? {}
  const birth = {
    url: urlOf(born.domain, url),
    contentOf: (id: string) => ({ ...example, [born.effect.id]: id }),
  }
  const to = urlOf(moved.domain, url)
  const moves = alongTheLine(moved.effect).map((move) => ({
    url: to,
    contentOf: (id: string) => ({ ...move, [moved.effect.id]: id }),
  }))
  return [birth, ...moves]
}

function urlOf({ routes, name }: Domain, url: string): URL {
  const path = routes.find((route) => route.bulk && !route.path.includes('{'))?.path
  if (path === undefined) throw new Error(`${name} takes no lists`)
  return new URL(path, url)
}

function alongTheLine({ life, move: fields }: Transition): readonly Value[] {
  const { line, moves } = newestOf(life)
  return line.slice(1).map((state, place) => {
    const move = moves.find(({ from, to }) => to === state && from.includes(line[place] ?? ''))
    if (move === undefined || fields === undefined) throw new Error(`nothing leads to ${state}`)
    return { [fields.event]: move.event, [fields.actor]: move.by[0] ?? '' }
  })
}

export function livesLoad(domains: readonly Domain[], { url, connections, items }: LivesLoad): Load {
  const steps = stepsOf(domains, url)
  return async (seconds) => {
    const agent = new Agent({ keepAlive: true, maxSockets: connections })
    const headers = { 'content-type': items === 1 ? JSON_TYPE : NDJSON }
    const latencies: number[] = []
    let failed = 0
    const start = performance.now()
    const isOver = (): boolean => performance.now() - start >= seconds * 1000
    /** Until it is stored: what follows would not be allowed otherwise. */
    const send = async ({ url, contentOf }: Step, ids: readonly string[]): Promise<void> => {
      const body = ids.map((id) => JSON.stringify(contentOf(id))).join('\n')
      for (;;) {
        const sent = performance.now()
        const answer = await post(url, headers, body, { agent, deadlineMs: DEADLINE_MS })
        if (answer.status === OK) return void latencies.push(performance.now() - sent)
        failed++
      }
    }
    const worker = async (): Promise<void> => {
      while (!isOver()) {
        const ids = Array.from({ length: items }, () => randomUUID())
        for (const step of steps) if (!isOver()) await send(step, ids)
      }
    }
    await Promise.all(Array.from({ length: connections }, worker))
    agent.destroy()
    const taken = (performance.now() - start) / 1000
    return { answered: latencies.length, failed, seconds: taken, ...percentilesOf(latencies) }
  }
}
