/**
 * What an event, and each new thing that a client can name, takes of Valkey's memory: the counter itself counts events
 * that differ in that thing alone, and Valkey says how much more it uses.
 */
import { Redis } from 'ioredis'
import { valkeyCounter } from '../../../functions/_adapters/valkey/counter/counter.ts'
import type { Domain, Value } from '../../../functions/_core/domain.ts'
import { transitionOf } from '../../../functions/_core/effects/transition-data.ts'
import type { Event } from '../../../functions/_core/event.ts'
import { idempotencySource } from '../../../functions/_core/idempotency.ts'
import { IDEMPOTENCY_KEY_CHARS, TEXT_FIELD_CHARS } from '../../../functions/_core/limits.ts'
import { timestampOf } from '../../../functions/_core/time.ts'

/** One thing that can be new in each event. */
export interface Kind {
  readonly name: string
  event(number: number): Event
}

export interface Taken {
  readonly name: string
  /** Of `used_memory`, for one more. */
  readonly bytes: number
}

const SOURCE = '/ingest/0123456789ab'
/** The longest that is stored: four bytes of UTF-8 for each character. */
const EMOJI = '😀'
const UUID_CHARS = 36
const SHORT_CHARS = 10

const padded = (number: number, letter: string, chars: number): string => {
  const digits = String(number)
  return letter.repeat(chars - digits.length) + digits
}

/** Everything that grows with what clients send. */
export function kindsOf(domains: readonly Domain[], nowMs: number): Kind[] {
  return domains.flatMap((domain) => {
    const [example] = domain.examples
    if (example === undefined) throw new Error(`${domain.name} has no example`)
    const event = (number: number, value: Value = example.stored): Event => ({
      ...{ id: String(number), source: SOURCE, time: timestampOf(nowMs), domain, value },
    })
    const keyed = (chars: number): Kind => ({
      name: `${domain.name}: an event with an Idempotency-Key of ${chars} characters`,
      event: (number) => ({
        ...event(number),
        source: idempotencySource(domain),
        id: padded(number, 'k', chars),
      }),
    })
    const naming = (field: string, letter: string, chars: number): Kind => ({
      name: `${domain.name}: a new ${field} of ${chars} ${letter === EMOJI ? 'emoji' : 'characters'}`,
      event: (number) => event(number, { ...example.stored, [field]: padded(number, letter, chars) }),
    })
    const life = transitionOf(domain)
    if (life !== undefined) {
      // Moves of what is there add to nothing; what is born stays until its life is over.
      return life.move === undefined ? [naming(life.id, 'x', UUID_CHARS)] : []
    }
    const texts = domain.fields.filter(
      ({ name, labels }) => labels === undefined && typeof example.stored[name] === 'string',
    )
    return [
      { name: `${domain.name}: an event`, event: (number) => event(number) },
      ...[UUID_CHARS, IDEMPOTENCY_KEY_CHARS].map(keyed),
      ...texts.flatMap(({ name }) => [naming(name, 'x', SHORT_CHARS), naming(name, EMOJI, TEXT_FIELD_CHARS)]),
    ]
  })
}

/**
 * @param url of a Valkey that nobody else uses, and that is emptied
 * @param count of each kind, after as many that fill what has a bound
 */
export async function measureCapacity(url: string, kinds: readonly Kind[], count: number): Promise<Taken[]> {
  const client = new Redis(url)
  try {
    const taken: Taken[] = []
    for (const { name, event } of kinds) {
      // What was there before would be moved to larger tables meanwhile.
      await client.flushall('SYNC')
      const { apply } = valkeyCounter(client)
      const fill = async (first: number, last: number): Promise<void> => {
        const events = Array.from({ length: last - first }, (_, at) => event(first + at))
        const failure = (await apply(events)).find((outcome) => outcome !== undefined)
        if (failure !== undefined) throw failure
      }
      await fill(1, count)
      const before = await usedBytes(client)
      await fill(count, 2 * count)
      taken.push({ name, bytes: ((await usedBytes(client)) - before) / count })
    }
    return taken
  } finally {
    client.disconnect()
  }
}

async function usedBytes(client: Redis): Promise<number> {
  return Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1])
}
