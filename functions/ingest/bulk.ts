/** Many events in one request: a JSON array or NDJSON, in slices, each waiting for the one before (back-pressure). */
import type { Context } from 'hono'
import { metadataOf } from '../_adapters/http/answers.ts'
import { streamedChunks } from '../_adapters/http/body.ts'
import { BulkAnswer } from '../_adapters/http/bulk.ts'
import { afterByteOrderMark } from '../_adapters/http/json.ts'
import { turns } from '../_adapters/turns.ts'
import { type IdentityAssigner, metadataOfItem } from '../_core/assign-identity.ts'
import type { Domain, Route } from '../_core/domain.ts'
import { asFailure, Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import { BULK_BODY_BYTES, BULK_ITEMS, BULK_SLICE_ITEMS, SINGLE_BODY_BYTES } from '../_core/limits.ts'
import type { Sink } from '../_core/ports.ts'
import { arrayItems, type Item, ndjsonItems } from './items.ts'
import { withPathFields } from './path-fields.ts'

interface BulkPorts {
  readonly identities: IdentityAssigner
  readonly submit: Sink<Event>
}

export const answerNdjson = (c: Context, domain: Domain, route: Route, ports: BulkPorts): Promise<Response> =>
  answerItems(c, domain, route, ndjsonItems(afterByteOrderMark(streamedChunks(c, BULK_BODY_BYTES))), ports)

/**
 * A JSON body at an endpoint that takes one event or an array of them.
 *
 * @param answerOne answers a body that is no array
 */
export async function answerOneOrArray(
  c: Context,
  domain: Domain,
  route: Route,
  ports: BulkPorts,
  answerOne: (body: Buffer) => Promise<Response>,
): Promise<Response> {
  const chunks = afterByteOrderMark(streamedChunks(c, BULK_BODY_BYTES))
  const head: Buffer[] = []
  let headBytes = 0
  let first: string | undefined
  for (;;) {
    const { value, done } = await chunks.next()
    if (done === true) return answerOne(Buffer.concat(head))
    head.push(value)
    headBytes += value.length
    first ??= /\S/.exec(value.toString('latin1'))?.[0]
    if (first === '[') return answerItems(c, domain, route, arrayItems(joined(head, chunks)), ports)
    if (headBytes > SINGLE_BODY_BYTES)
      throw new Failure('tooLarge', `one event is over ${SINGLE_BODY_BYTES} bytes`)
  }
}

async function* joined(head: readonly Buffer[], rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield* head
  yield* rest
}

interface IdentifiedItem {
  readonly index: number
  readonly event: Event
}

async function answerItems(
  c: Context,
  domain: Domain,
  route: Route,
  groups: AsyncIterable<readonly Item[]>,
  { identities, submit }: BulkPorts,
): Promise<Response> {
  const answer = new BulkAnswer()
  const whole = metadataOf(c)
  let unavailable: Failure | undefined
  const store = async (slice: readonly IdentifiedItem[]): Promise<void> => {
    const outcomes = await submit(slice.map(({ event }) => event))
    for (const [position, { index }] of slice.entries()) answer.add(index, outcomes[position])
    // A next step that took none of a slice would not take the others either, and each would wait its full time.
    if (outcomes.every((outcome) => outcome?.code === 'unavailable')) unavailable = outcomes[0]
  }
  const slice: IdentifiedItem[] = []
  let next = 0
  for await (const items of bounded(ending(groups))) {
    for (const item of items) {
      if (turns.isOver) await turns.nextToGoOn()
      const index = next++
      try {
        if (item instanceof Failure) throw item
        const event = identities.assign(
          domain,
          withPathFields(c, domain, route, item.sent),
          'required',
          metadataOfItem(whole, index),
        )
        if (unavailable !== undefined) throw unavailable
        slice.push({ index, event })
      } catch (error) {
        answer.add(index, asFailure(error))
      }
      if (slice.length === BULK_SLICE_ITEMS) await store(slice.splice(0))
    }
  }
  if (next === 0) throw new Failure('invalid', 'there is no item')
  if (slice.length > 0) await store(slice)
  return answer.answer(c)
}

/** A body that ends badly (too long, cut off) is a last item that says so: what came before it stands. */
async function* ending(groups: AsyncIterable<readonly Item[]>): AsyncGenerator<readonly Item[]> {
  try {
    yield* groups
  } catch (error) {
    yield [asFailure(error)]
  }
}

/** As many items as a bulk may have; one more says that nothing from there on was read. */
async function* bounded(groups: AsyncIterable<readonly Item[]>): AsyncGenerator<readonly Item[]> {
  let room = BULK_ITEMS
  for await (const items of groups) {
    if (items.length > room) {
      const tooMany = new Failure('tooLarge', `over ${BULK_ITEMS} items: nothing from here on was read`)
      yield [...items.slice(0, room), tooMany]
      return
    }
    room -= items.length
    yield items
  }
}
