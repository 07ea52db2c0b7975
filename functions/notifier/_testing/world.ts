/** A notifier for tests: a real mail server and a real Valkey; how events were judged is in memory, unless told otherwise. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, inject } from 'vitest'
import { until } from '../../../scripts/lib/until.ts'
import { connectValkey, type ValkeyClient } from '../../_adapters/valkey/connect.ts'
import { valkeyCounter } from '../../_adapters/valkey/counter/counter.ts'
import { livesReader } from '../../_adapters/valkey/lives.ts'
import { type GivenUpMails, givenUpMails, type Outbox, valkeyOutbox } from '../../_adapters/valkey/outbox.ts'
import type { EventCounter } from '../../_core/counting.ts'
import type { Domain } from '../../_core/domain.ts'
import { votes } from '../../_core/domains/votes.ts'
import { type Registry, registryOf } from '../../_core/registry.ts'
import { countingMetrics, memoryLog } from '../../_testing/ports.ts'
import { notifierHandler } from '../handler.ts'
import type { HistoryEntry, Lives } from '../notify.ts'
import { optOutLinks } from '../opt-out.ts'
import { type Schedule, startSchedule } from '../schedule.ts'
import { smtpMailer } from '../smtp.ts'
import { wired } from '../wiring.ts'
import { type Manner, startMailServer, type TestMailServer } from './smtp.ts'

export const DEADLINE_MS = 20_000
const TIME = '2026-11-27T12:00:00.000Z'
export const domain: Domain = { ...votes, mail: { to: 'album', about: 'product' } }
const links = optOutLinks('https://shop.example', 'a secret of this test')

let valkey: ValkeyClient
const closings: (() => Promise<unknown> | unknown)[] = []

/** For a file of tests: connects before its tests, and closes what each has opened. */
export function withValkey(): void {
  beforeAll(async () => {
    valkey = connectValkey(inject('valkeyUrl'), () => {})
    await until(() => valkey.readiness() === undefined, DEADLINE_MS)
  })
  afterEach(async () => {
    for (const close of closings.splice(0).reverse()) await close()
  })
  afterAll(() => valkey.close())
}

export interface World {
  readonly server: TestMailServer
  readonly outbox: Outbox
  readonly givenUp: GivenUpMails
  readonly log: ReturnType<typeof memoryLog>
  readonly counted: Readonly<Record<string, number>>
  /** What history says of an event; without it, nobody has judged it. */
  judge(id: string, state: string, caso: string, to?: string, about?: string): void
  /** Delivers the nth event of an order. */
  deliver(...ids: readonly string[]): Promise<{ readonly status: number; readonly body: string }>
  /** Has the notifier look for what is due. */
  wake(): void
  readonly app: ReturnType<typeof notifierHandler>
  readonly registry: Registry
  /** Counts events, as the aggregator does. */
  readonly count: EventCounter['apply']
}

interface More {
  /** Instead of that of a test mail server. */
  readonly smtpUrl?: string
  /** What they are about has a real life then. */
  readonly domains?: readonly Domain[]
  /** What a mail may wait within its delivery. */
  readonly turnMs?: number
  /** After which a mail is another's to send. */
  readonly leaseMs?: number
}

export async function open(
  mannerOf: (to: string, n: number) => Manner,
  change: object = {},
  more: More = {},
): Promise<World> {
  const server = await startMailServer(mannerOf)
  const prefix = `${randomUUID()}:`
  const outbox = valkeyOutbox(valkey, prefix, more.leaseMs)
  const givenUp = givenUpMails(valkey, prefix)
  const log = memoryLog()
  const { metrics, counted } = countingMetrics()
  const env = {
    MAIL_FROM: 'Caudal <avisos@example.org>',
    MAIL_LANGUAGE: 'es' as const,
    MAIL_CONNECTIONS: 2,
    MAIL_PER_SECOND: 1_000,
    MAIL_PER_ADDRESS_HOUR: 60,
    MAIL_RETRY_SECONDS: [0.05],
    MAIL_TIMEOUT_MS: 5_000,
    NOTIFIER_PORT: 0,
    VALKEY_URL: '',
    VALKEY_PREFIX: '',
    SMTP_URL: server.url,
    PORT: undefined,
    OPT_OUT_URL: 'https://shop.example',
    OPT_OUT_SECRET: 'a secret of this test',
    ...change,
  }
  const mailer = smtpMailer({
    url: more.smtpUrl ?? server.url,
    connections: env.MAIL_CONNECTIONS,
    perSecond: env.MAIL_PER_SECOND,
    timeoutMs: env.MAIL_TIMEOUT_MS,
  })
  const lives = new Map<
    string,
    { data: Record<string, string>; history: (HistoryEntry & { id: string })[] }
  >()
  const inMemory: Lives = {
    judgementOf: async ({ id, value }) => lives.get(String(value.name))?.history.find((one) => one.id === id),
    life: async (_, id) => lives.get(id),
  }
  const registry = registryOf(more.domains ?? [domain])
  const notifier = wired({
    ...{ env, registry, outbox, mailer, clock: Date.now, log, metrics },
    lives: more.domains === undefined ? inMemory : livesReader(valkey, { prefix }),
    ...(more.turnMs === undefined ? {} : { turnMs: more.turnMs }),
  })
  const schedule: Schedule = startSchedule(notifier.sweep, Date.now, log)
  const app = notifierHandler({
    ...{ registry, clock: Date.now, notifier, schedule, outbox, metrics, log, links },
    readiness: () => undefined,
  })
  closings.push(server.close, mailer.close, schedule.close)
  return {
    ...{ server, outbox, givenUp, log, counted, app, registry, wake: schedule.wake },
    count: valkeyCounter(valkey, { prefix }).apply,
    judge: (id, state, caso, to = 'ana@example.com', about = 'Mesa') => {
      const order = id.split('/')[0] ?? ''
      const life = lives.get(order) ?? { data: {}, history: [] }
      life.data = { album: to, product: about }
      life.history.push({ caso, a: state, time: TIME, id })
      lives.set(order, life)
    },
    deliver: async (...ids) => {
      const batch = ids.map((id) => ({
        ...{ specversion: '1.0', id, source: '/test', type: domain.type, time: TIME },
        data: { name: id.split('/')[0], album: 'A', year: 1990, rank: 1 },
      }))
      const response = await app.request('/', {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: JSON.stringify(batch),
      })
      return { status: response.status, body: await response.text() }
    },
  }
}

export const mailsOf = async ({ server }: World, count: number) => {
  await until(() => server.taken.length >= count, DEADLINE_MS)
  return server.taken
}
export const all: (to: string, n: number) => Manner = () => 'take'
