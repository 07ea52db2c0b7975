/** Asks the console's own API. Paths and answers are those of its contract; only types come from there. */
import type {
  Board,
  Catalogue,
  DeadLetterPage,
  EventPage,
  History,
  Journey,
  JourneyPage,
  Life,
  Lives,
  Pipeline,
  Proof,
  Ranking,
  ROUTES,
  SendAnswer,
  SendRequest,
  SendTargets,
  SeriesAnswer,
} from '../../api.ts'

type Routes = typeof ROUTES

interface Answers {
  catalogue: Catalogue
  board: Board
  ranking: Ranking
  history: History
  series: SeriesAnswer
  events: EventPage
  lives: Lives
  life: Life
  journey: Journey
  journeys: JourneyPage
  deadLetters: DeadLetterPage
  pipeline: Pipeline
  proof: Proof
  targets: SendTargets
}

type AnswerOf<Path> = {
  [Name in keyof Answers]: Path extends Routes[Name] ? Answers[Name] : never
}[keyof Answers]

export class ApiError extends Error {
  /** HTTP status; undefined when there was no answer. */
  readonly status: number | undefined

  constructor(message: string, status?: number) {
    super(message)
    this.status = status
  }
}

export interface Asked {
  /** Of the path: `:domain`. */
  readonly path?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string | number | undefined>>
  readonly signal?: AbortSignal
}

/** @throws ApiError with the problem's own detail */
export async function get<Path extends Routes[keyof Answers]>(
  path: Path,
  { path: parts = {}, query = {}, signal }: Asked = {},
): Promise<AnswerOf<Path>> {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(parts[name] ?? ''))
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  const search = given.length > 0 ? `?${new URLSearchParams(given)}` : ''
  const answer: AnswerOf<Path> = await request(filled + search, signal === undefined ? {} : { signal })
  return answer
}

export async function send(body: SendRequest): Promise<SendAnswer> {
  const path: Routes['send'] = '/api/send'
  const headers = { 'Content-Type': 'application/json' }
  const answer: SendAnswer = await request(path, { method: 'POST', headers, body: JSON.stringify(body) })
  return answer
}

async function request(url: string, init: RequestInit) {
  const response = await fetch(url, init).catch((error: unknown) => {
    if (init.signal?.aborted === true) throw error
    throw new ApiError('')
  })
  if (response.ok) return response.json()
  const problem: { detail?: unknown; title?: unknown } = await response.json().catch(() => ({}))
  throw new ApiError(String(problem.detail ?? problem.title ?? response.statusText), response.status)
}
