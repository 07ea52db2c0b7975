/** The closed table of what can go wrong: only the edges translate a code to HTTP or gRPC. */

export interface FieldError {
  /** As it was sent, or the canonical name of one that was left out; `''` for the whole value. */
  readonly field: string
  readonly detail: string
}

interface Meaning {
  /** HTTP status (RFC 9110). */
  readonly http: number
  /** google.rpc.Code. */
  readonly grpc: number
  readonly title: string
  /** Whether the same request may succeed later; such answers carry Retry-After. */
  readonly retryable: boolean
}

const GRPC = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
} as const

export const ERRORS = {
  malformed: { http: 400, grpc: GRPC.INVALID_ARGUMENT, title: 'Not parseable', retryable: false },
  /** The event is right, but the log's form (KAFKA_RECORDS) cannot carry its identity. */
  identity: {
    http: 400,
    grpc: GRPC.FAILED_PRECONDITION,
    title: 'Identity cannot be stored',
    retryable: false,
  },
  notFound: { http: 404, grpc: GRPC.NOT_FOUND, title: 'Not found', retryable: false },
  methodNotAllowed: { http: 405, grpc: GRPC.UNIMPLEMENTED, title: 'Method not allowed', retryable: false },
  tooSlow: { http: 408, grpc: GRPC.DEADLINE_EXCEEDED, title: 'Too slow', retryable: false },
  tooLarge: { http: 413, grpc: GRPC.RESOURCE_EXHAUSTED, title: 'Too large', retryable: false },
  mediaType: { http: 415, grpc: GRPC.INVALID_ARGUMENT, title: 'Unsupported media type', retryable: false },
  /** Right in itself, but not after what happened before. */
  illegal: { http: 422, grpc: GRPC.FAILED_PRECONDITION, title: 'Not allowed now', retryable: false },
  invalid: { http: 422, grpc: GRPC.INVALID_ARGUMENT, title: 'Invalid content', retryable: false },
  /** An Idempotency-Key that was used before with other content: one of the two would be dropped. */
  keyReused: { http: 422, grpc: GRPC.ALREADY_EXISTS, title: 'Key used before', retryable: false },
  /** A Host that this server does not answer for: on one machine, a page that another name led here. */
  misdirected: { http: 421, grpc: GRPC.INVALID_ARGUMENT, title: 'Misdirected request', retryable: false },
  headersTooLarge: {
    http: 431,
    grpc: GRPC.RESOURCE_EXHAUSTED,
    title: 'Headers too large',
    retryable: false,
  },
  /** Our own queue is full: nothing was stored. */
  busy: { http: 429, grpc: GRPC.RESOURCE_EXHAUSTED, title: 'Too busy', retryable: true },
  /** A step behind could not take it, or did not say: it may be stored, so repeat it with its identity. */
  unavailable: { http: 503, grpc: GRPC.UNAVAILABLE, title: 'Temporarily unavailable', retryable: true },
  httpVersion: {
    http: 505,
    grpc: GRPC.UNIMPLEMENTED,
    title: 'HTTP version not supported',
    retryable: false,
  },
  internal: { http: 500, grpc: GRPC.INTERNAL, title: 'Internal error', retryable: false },
} as const satisfies Record<string, Meaning>

export type ErrorCode = keyof typeof ERRORS

/** A refusal that a caller can act on. Any other thrown thing is a defect and becomes `internal` at the edge. */
export class Failure extends Error {
  readonly code: ErrorCode
  readonly fields: readonly FieldError[]
  /** Further members of the answer, for programs. */
  readonly members: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    detail: string,
    fields: readonly FieldError[] = [],
    members: Readonly<Record<string, unknown>> = {},
  ) {
    // An answer, not a defect: a stack would cost more than all else of it, in time and in memory.
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(detail)
    Error.stackTraceLimit = stackTraceLimit
    this.name = 'Failure'
    this.code = code
    this.fields = fields
    this.members = members
  }
}

export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(ERRORS, code)

/** Keeps a Failure, and makes any other error the given one; its text stays in the log, not in the answer. */
export function asFailure(error: unknown, code: ErrorCode = 'internal'): Failure {
  if (error instanceof Failure) return error
  const failure = new Failure(code, ERRORS[code].title)
  failure.cause = error
  return failure
}
