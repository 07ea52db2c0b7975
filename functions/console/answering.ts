/** What the routes of the query API have in common: checked parameters, known domains and figures, answers that are shared. */
import type { Context } from 'hono'
import type * as z from 'zod'
import type { Domain } from '../_core/domain.ts'
import { Failure } from '../_core/errors.ts'
import { type Figure, figuresOf } from '../_core/figures.ts'
import type { Clock } from '../_core/ports.ts'

/** @throws Failure `malformed` that names each wrong parameter */
export function parametersOf<Schema extends z.ZodType>(c: Context, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(c.req.query())
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), detail: message }))
  const detail = fields.map((one) => `${one.field}: ${one.detail}`).join('; ')
  throw new Failure('malformed', `these parameters are wrong: ${detail}`, fields)
}

/** @throws Failure `notFound` */
export function domainOf(c: Context, domains: readonly Domain[]): Domain {
  const name = c.req.param('domain')
  const domain = domains.find((one) => one.name === name)
  if (domain === undefined) throw new Failure('notFound', `no domain ${name}`)
  return domain
}

/** @throws Failure `notFound` */
export function figureOf<Kind extends Figure['kind']>(
  c: Context,
  domain: Domain,
  kind: Kind,
): Extract<Figure, { kind: Kind }> {
  const id = c.req.param('figure')
  const figure = figuresOf(domain).find((one) => one.id === id && one.kind === kind)
  if (figure === undefined) throw new Failure('notFound', `${domain.name} has no ${kind} ${id}`)
  return figure as Extract<Figure, { kind: Kind }>
}

/** `?at=`: milliseconds, or RFC 3339. */
export const msOfAt = (at: string | number | undefined): number | null =>
  at === undefined ? null : typeof at === 'number' ? at : Date.parse(at)

/** Different questions that are remembered at a time. */
const QUESTIONS = 256

/** The same question within `ms` gets the same answer: whoever asks more often than the counts are read asks nobody. */
export function shared(ms: number, clock: Clock) {
  const answers = new Map<string, { readonly atMs: number; readonly answer: Promise<unknown> }>()
  return <T>(question: string, ask: () => Promise<T>): Promise<T> => {
    const known = answers.get(question)
    if (known !== undefined && clock() - known.atMs < ms) return known.answer as Promise<T>
    answers.delete(question)
    for (const oldest of answers.keys()) {
      if (answers.size < QUESTIONS) break
      answers.delete(oldest)
    }
    const answer = ask()
    answers.set(question, { atMs: clock(), answer })
    // A failure is not remembered.
    answer.catch(() => answers.delete(question))
    return answer
  }
}
