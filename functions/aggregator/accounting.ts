/** What is written down of a delivery once it is decided: its record is counted, or a dead letter. */
import type { Context } from 'hono'
import { deliveredPosition } from '../_adapters/cloudevents/position.ts'
import type { Delivery } from '../_adapters/cloudevents/sink.ts'
import { headersOf } from '../_adapters/http/headers.ts'
import { problemEntry } from '../_adapters/http/problem.ts'
import {
  type Account,
  type DeadLetter,
  type Journey,
  PAYLOAD_CHARS,
  type RecordPosition,
} from '../_core/accounts.ts'
import type { Followed } from '../_core/counting.ts'
import type { Domain } from '../_core/domain.ts'
import { Failure } from '../_core/errors.ts'
import { type Event, receipt } from '../_core/event.ts'
import type { Sink } from '../_core/ports.ts'
import type { Registry } from '../_core/registry.ts'

export interface Accounting {
  /** @throws Failure `unavailable` when it cannot be written: then the source must ask again */
  counted(c: Context, items: Delivery['items']): Promise<void>
  dead(c: Context, domain: Domain | undefined, failure: Failure, refused?: object): Promise<void>
}

/** @param take what was written down of an event that was followed */
export function accountingWith(
  submit: Sink<Account>,
  registry: Registry,
  take: (event: Event) => Followed | undefined,
): Accounting {
  const write = async (account: Account): Promise<void> => {
    const [failure] = await submit([account])
    if (failure !== undefined) throw failure
  }
  return {
    counted: async (c, items) => {
      const [first] = items
      const position = positionOf(c, first instanceof Failure ? undefined : first?.domain, registry)
      const journeys = journeysOf(c, items, take)
      if (position === undefined && journeys.length === 0) return
      await write({ position, state: 'counted', ...(journeys.length > 0 && { journeys }) })
    },
    dead: async (c, domain, failure, refused) => {
      const position = positionOf(c, domain, registry)
      await write({ position, state: 'dead', deadLetter: await letterOf(c, domain, failure, refused) })
    },
  }
}

function journeysOf(
  c: Context,
  items: Delivery['items'],
  take: (event: Event) => Followed | undefined,
): Journey[] {
  return items.flatMap((event, index) => {
    const what = event instanceof Failure ? undefined : take(event)
    if (event instanceof Failure || what === undefined) return []
    const header = headersOf(c)
    return [
      {
        receipt: receipt(event),
        domain: event.domain.name,
        result: what.result,
        time: event.time,
        traceparent: event.traceparent ?? '',
        value: JSON.stringify(event.value),
        changes: JSON.stringify(what.changes),
        batch: what.batch,
        record: `${header('ce-source') ?? ''}#${header('ce-id') ?? ''}`,
        packed: items.length,
        index,
      },
    ]
  })
}

function positionOf(c: Context, domain: Domain | undefined, registry: Registry): RecordPosition | undefined {
  const header = headersOf(c)
  const place = deliveredPosition(header)
  const topic = domain?.topic ?? topicIn(header('ce-source'), registry)
  return place === undefined || topic === undefined ? undefined : { topic, ...place }
}

/** A plain record's source ends with `#<topic>`. */
function topicIn(source = '', { all }: Registry): string | undefined {
  const topic = source.slice(source.indexOf('#') + 1)
  return all.find((domain) => domain.topic === topic)?.topic
}

async function letterOf(
  c: Context,
  domain: Domain | undefined,
  failure: Failure,
  refused: object | undefined,
): Promise<DeadLetter> {
  const header = headersOf(c)
  const payload = await c.req.text().catch(() => '')
  return {
    reason: failure.code,
    detail: failure.message,
    errors: JSON.stringify(refused ?? failure.fields.map(problemEntry)),
    payload: payload.slice(0, PAYLOAD_CHARS).toWellFormed(),
    payloadBytes: Buffer.byteLength(payload),
    contentType: header('content-type') ?? '',
    receipt: `${header('ce-source') ?? ''}#${header('ce-id') ?? ''}`,
    domain: domain?.name ?? '',
  }
}
