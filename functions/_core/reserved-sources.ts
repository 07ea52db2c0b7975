/**
 * Sources of identities that this system gives, and who may use them. A client that could use one could make a real
 * event a duplicate, and so an acknowledged event would be lost.
 *
 * | source                                | given by                            | passed on by          |
 * | ------------------------------------- | ----------------------------------- | --------------------- |
 * | `/ingest`, `/bridge`, `/publisher/<instance>` | that function, to what has no name  | peers                 |
 * | `/idempotency/<topic>`                | the endpoints, for Idempotency-Key  | peers                 |
 * | `/lote/<instance>`                    | the publisher, to records           | nobody: no event's    |
 * | `/apis/v1/…/kafkasources/…`           | KafkaSource, to plain records       | KafkaSource alone     |
 *
 * Peers are those who get identities from an endpoint to hand them on: callers of the bridge and of the publisher, which
 * no client can reach unless it is trusted, and whoever may write to the topics.
 *
 * A reader may percent-decode what it gets (HTTP protocol binding, section 3.1.3.2), and so may the next one. So a source
 * is judged by what is left when nothing can be decoded any more; a reserved one that is spelled otherwise is nobody's.
 */
import { Failure } from './errors.ts'
import { memoizeLast } from './memoize.ts'

/** Of a record that is no CloudEvent, as KafkaSource names it; topic names as Kafka allows them. */
export const KAFKA_SOURCE =
  /^\/apis\/v1\/namespaces\/[a-z0-9-]{1,63}\/kafkasources\/[a-z0-9.-]{1,253}#([A-Za-z0-9._-]{1,249})$/

/** Whole namespaces: what is given in them may change. */
const PASSED_ON = /^\/(?:ingest|bridge|publisher|idempotency)\//
const NOT_PASSED_ON = /^\/(?:lote|apis\/v1\/namespaces\/[^/]*\/kafkasources)\//

type Sender = 'client' | 'peer'

/** Why `sender` may not use this source; undefined when it may. */
function sourceProblem(source: string, sender: Sender): string | undefined {
  const { isPassedOn, isReserved } = kindOf(source)
  if (!isReserved || (isPassedOn && sender === 'peer')) return undefined
  return 'is reserved for identities given by this system'
}

/** @throws Failure `invalid` */
export function requireSource(source: string, sender: Sender, field = 'source'): void {
  const detail = sourceProblem(source, sender)
  if (detail !== undefined) throw new Failure('invalid', `${field} ${detail}`, [{ field, detail }])
}

/** Events that follow each other mostly have their source in common. */
const kindOf = memoizeLast((source: string) => {
  const decoded = decodedWholly(source)
  const isGiven = PASSED_ON.test(decoded)
  return { isPassedOn: isGiven && !source.includes('%'), isReserved: isGiven || NOT_PASSED_ON.test(decoded) }
})

/** What is reserved is ASCII: no other escape can become part of it. Each round is shorter, so this ends. */
function decodedWholly(text: string): string {
  for (let encoded = text; ; ) {
    const decoded = encoded.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
      String.fromCharCode(parseInt(hex, 16)),
    )
    if (decoded === encoded) return decoded
    encoded = decoded
  }
}
