/** What an answer other than "stored" means for a client with a key of its own, by the closed table of errors. */
import { ERRORS, type ErrorCode } from '../../functions/_core/errors.ts'

/** `refused` is for good; `later` may be stored or not, and is to be sent again under the same key. */
export type Verdict = 'refused' | 'later'

/** Not the request's fault: what was sent too slowly may be faster, and of a defect nobody knows whether it is stored. */
const UNSURE: readonly ErrorCode[] = ['tooSlow', 'internal']

const codes = Object.keys(ERRORS) as ErrorCode[]
export const verdictOf = (code: ErrorCode): Verdict =>
  ERRORS[code].retryable || UNSURE.includes(code) ? 'later' : 'refused'

const refused = codes.filter((code) => verdictOf(code) === 'refused')
const HTTP_REFUSED = new Set<number>(refused.map((code) => ERRORS[code].http))
const HTTP_LATER = new Set<number>(
  codes.filter((code) => !refused.includes(code)).map((code) => ERRORS[code].http),
)
const GRPC_REFUSED = new Set<number>(refused.map((code) => ERRORS[code].grpc))

/** What others on the way answer: a request that comes too early (RFC 8470) may be repeated. */
const TOO_EARLY = 425
/** gRPC's PERMISSION_DENIED and UNAUTHENTICATED, which are 403 and 401 by HTTP. */
const GRPC_NOT_ALLOWED = [7, 16]

export function httpVerdict(status: number): Verdict {
  if (HTTP_REFUSED.has(status)) return 'refused'
  return status >= 500 || HTTP_LATER.has(status) || status === TOO_EARLY ? 'later' : 'refused'
}

/** @param pushback whether the server said when to repeat: some codes mean both (gRPC A6) */
export const grpcVerdict = (code: number, pushback: boolean): Verdict =>
  !pushback && (GRPC_REFUSED.has(code) || GRPC_NOT_ALLOWED.includes(code)) ? 'refused' : 'later'
