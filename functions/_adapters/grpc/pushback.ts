/** Retry-After in gRPC: how long a client that repeats calls by itself is to wait (gRPC A6, server pushback). */
import { ERRORS, type ErrorCode } from '../../_core/errors.ts'
import { RETRY_AFTER_S } from '../../_core/limits.ts'

export const PUSHBACK = 'grpc-retry-pushback-ms'

export const pushback = (code: ErrorCode): Readonly<Record<string, string>> =>
  ERRORS[code].retryable ? { [PUSHBACK]: String(RETRY_AFTER_S * 1_000) } : {}
