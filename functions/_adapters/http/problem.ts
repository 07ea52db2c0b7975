/** Errors as answers: RFC 9457 problem details. */

import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { ERRORS, type Failure, type FieldError } from '../../_core/errors.ts'
import { RETRY_AFTER_S } from '../../_core/limits.ts'
import { PROBLEM } from '../../_core/media-types.ts'
import { ACCEPTED_ENCODINGS } from './content-encoding.ts'

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

/** RFC 9110 section 15.5.16: it says what would be taken. */
const UNSUPPORTED = ERRORS.mediaType.http

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
    ...failure.members,
    ...beside,
  }
  const headers: Record<string, string> = { 'Content-Type': PROBLEM }
  if (http === UNSUPPORTED) headers['Accept-Encoding'] = ACCEPTED_ENCODINGS
  if (retryable) headers['Retry-After'] = String(RETRY_AFTER_S)
  return { status: http, headers, body: JSON.stringify(body) }
}
