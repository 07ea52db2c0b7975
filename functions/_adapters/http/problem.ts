/** Errors as answers: RFC 9457 problem details. */
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ERRORS, type Failure, type FieldError } from '../../_core/errors.ts'
import { RETRY_AFTER_S } from '../../_core/limits.ts'

/** One bad field: RFC 9457 section 3 with a JSON pointer (RFC 6901) as URI fragment. */
export interface ProblemEntry {
  readonly pointer: string
  readonly detail: string
}

export const problemEntry = ({ field, detail }: FieldError): ProblemEntry => ({
  pointer: field === '' ? '#' : `#/${field.replaceAll('~', '~0').replaceAll('/', '~1')}`,
  detail,
})

/** @param beside extension members (RFC 9457 section 3.2) */
export function problem(c: Context, failure: Failure, beside: object = {}): Response {
  const { status, headers, body } = problemOf(failure, beside)
  return c.body(body, status as ContentfulStatusCode, headers)
}

/** A problem for whoever has no context to answer in. */
export function problemOf(failure: Failure, beside: object = {}) {
  const { http, title, retryable } = ERRORS[failure.code]
  const body = {
    type: 'about:blank',
    title,
    status: http,
    code: failure.code,
    detail: failure.message,
    ...(failure.fields.length > 0 && { errors: failure.fields.map(problemEntry) }),
    ...beside,
  }
  const headers: Record<string, string> = { 'Content-Type': 'application/problem+json' }
  if (retryable) headers['Retry-After'] = String(RETRY_AFTER_S)
  return { status: http, headers, body: JSON.stringify(body) }
}
