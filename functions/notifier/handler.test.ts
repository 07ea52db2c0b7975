/** The notifier against a real mail server and a real Valkey; only how events were judged is in memory. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest'
import { until } from '../../scripts/lib/until.ts'
import { connectValkey, type ValkeyClient } from '../_adapters/valkey/connect.ts'
import type { Domain } from '../_core/domain.ts'
import { votes } from '../_core/domains/votes.ts'
import { registryOf } from '../_core/registry.ts'
import { countingMetrics, memoryLog } from '../_testing/ports.ts'
import { type Manner, startMailServer, type TestMailServer } from './_testing/smtp.ts'
import { notifierHandler } from './handler.ts'
import type { HistoryEntry } from './notify.ts'
import { optOutLinks } from './opt-out.ts'
import { type Outbox, valkeyOutbox } from './outbox.ts'
import { type Schedule, startSchedule } from './schedule.ts'
import { smtpMailer } from './smtp.ts'
import { wired } from './wiring.ts'

const DEADLINE_MS = 20_000
const TIME = '2026-11-27T12:00:00.000Z'
const domain: Domain = { ...votes, mail: { to: 'album', about: 'product' } }
const links = optOutLinks('https://shop.example', 'a secret of this test')

let valkey: ValkeyClient
beforeAll(async () => {
  valkey = connectValkey(inject('valkeyUrl'), () => {})
  await until(() => valkey.readiness() === undefined, DEADLINE_MS)
})
afterAll(() => valkey.close())

interface World {
  readonly server: TestMailServer
  readonly outbox: Outbox
  readonly log: ReturnType<typeof memoryLog>
  readonly counted: Readonly<Record<string, number>>
  /** What history says of an event; without it, nobody has judged it. */
  judge(id: string, state: string, caso: string, to?: string, about?: string): void
  /** Delivers the nth event of an order. */
  deliver(...ids: readonly string[]): Promise<{ readonly status: number; readonly body: string }>
  readonly app: ReturnType<typeof notifierHandler>
}

const closings: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const close of closings.splice(0).reverse()) await close()
})

async function open(mannerOf: (to: string, n: number) => Manner, change: object = {}): Promise<World> {
  const server = await startMailServer(mannerOf)
  const outbox = valkeyOutbox(valkey, `${randomUUID()}:`)
  const log = memoryLog()
  const { metrics, counted } = countingMetrics()
  const env = {
    MAIL_FROM: 'Caudal <avisos@example.org>',
    MAIL_LANGUAGE: 'es' as const,
    MAIL_CONNECTIONS: 2,
    MAIL_PER_SECOND: 1_000,
    MAIL_PER_ADDRESS_HOUR: 60,
    MAIL_RETRY_SECONDS: [0.05],
    MAIL_TIMEOUT_MS: 1_000,
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
    url: server.url,
    connections: env.MAIL_CONNECTIONS,
    perSecond: env.MAIL_PER_SECOND,
    timeoutMs: env.MAIL_TIMEOUT_MS,
  })
  const lives = new Map<string, { data: Record<string, string>; history: HistoryEntry[] }>()
  const registry = registryOf([domain])
  const notifier = wired({
    ...{ env, registry, outbox, mailer, clock: Date.now, log, metrics },
    lives: {
      caseOf: async ({ id, value }) =>
        lives.get(String(value.name))?.history.find((entry) => entry.id === `/test#${id}`)?.caso,
      life: async (_, id) => lives.get(id),
    },
  })
  const schedule: Schedule = startSchedule(notifier.sweep, Date.now, log)
  const app = notifierHandler({
    ...{ registry, clock: Date.now, notifier, schedule, outbox, metrics, log, links },
    readiness: () => undefined,
  })
  closings.push(server.close, mailer.close, schedule.close)
  return {
    ...{ server, outbox, log, counted, app },
    judge: (id, state, caso, to = 'ana@example.com', about = 'Mesa') => {
      const order = id.split('/')[0] ?? ''
      const life = lives.get(order) ?? { data: {}, history: [] }
      life.data = { album: to, product: about }
      life.history.push({ caso, a: state, time: TIME, id: `/test#${id}` })
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

const mailsOf = async ({ server }: World, count: number) => {
  await until(() => server.taken.length >= count, DEADLINE_MS)
  return server.taken
}
const all: (to: string, n: number) => Manner = () => 'take'

describe('what is told', () => {
  it('moves and jumps, with accents, to whom the order names; each once however often it is delivered', async () => {
    const world = await open(all)
    world.judge('o1/1', 'Preparación', 'movio')
    world.judge('o1/2', 'Entregado', 'salto')
    expect(await world.deliver('o1/1', 'o1/2')).toMatchObject({ status: 204 })
    expect(await world.deliver('o1/1', 'o1/2')).toMatchObject({ status: 204 })
    const mails = await mailsOf(world, 2)
    expect(mails.map(({ mail }) => mail.subject).sort()).toEqual([
      'Tu pedido de Mesa: Entregado',
      'Tu pedido de Mesa: Preparación',
    ])
    expect(mails).toHaveLength(2)
    expect(mails[0]).toMatchObject({
      to: 'ana@example.com',
      mail: { from: { address: 'avisos@example.org' } },
    })
    expect(world.counted['mails result=sent']).toBe(2)
  })

  it.each(['repetido', 'tarde', 'rechazado', 'contado', 'migrado'])('nothing after %s', async (caso) => {
    const world = await open(all)
    world.judge('o1/1', 'Enviado', caso)
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    expect(world.server.asked).toEqual([])
  })

  it('nothing without an address, or after its owner opted out by the link of a mail', async () => {
    const world = await open(all)
    world.judge('o1/1', 'Enviado', 'movio', '')
    world.judge('o2/1', 'Enviado', 'movio')
    world.judge('o2/2', 'Entregado', 'movio')
    expect(await world.deliver('o1/1', 'o2/1')).toMatchObject({ status: 204 })
    const [first] = await mailsOf(world, 1)
    const link = first?.mail.text?.match(/https:\/\/shop\.example(\/baja\S+)/)?.[1] ?? ''
    expect((await world.app.request(link)).status).toBe(200)
    expect(await world.outbox.hasOptedOut('ana@example.com')).toBe(false)
    expect((await world.app.request(link.replace(/t=./, 't=_'), { method: 'POST' })).status).toBe(404)
    expect((await world.app.request(link, { method: 'POST' })).status).toBe(200)
    expect(await world.deliver('o2/2')).toMatchObject({ status: 204 })
    expect(world.server.taken).toHaveLength(1)
    expect(world.counted['mails result=optedOut']).toBe(1)
  })

  it('503 while an event is not judged yet, and no mail of its delivery before', async () => {
    const world = await open(all)
    world.judge('o1/1', 'Enviado', 'movio')
    expect(await world.deliver('o1/1', 'o2/1')).toMatchObject({ status: 503 })
    expect(world.server.asked).toEqual([])
    world.judge('o2/1', 'Enviado', 'movio')
    expect(await world.deliver('o1/1', 'o2/1')).toMatchObject({ status: 204 })
    expect(await mailsOf(world, 2)).toHaveLength(2)
  })

  it('503 while another pod has the mail in hand', async () => {
    const world = await open(all)
    world.judge('o1/1', 'Enviado', 'movio')
    const mail = { domain: domain.name, id: 'o1', state: 'Enviado' }
    await world.outbox.take(mail)
    expect(await world.deliver('o1/1')).toMatchObject({ status: 503 })
    await world.outbox.release(mail)
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
  })
})

describe('a mail server that', () => {
  it('says 451 first (greylisting) gets the mail again later', async () => {
    const world = await open((_, n) => (n < 3 ? { code: 451, text: 'come back later' } : 'take'))
    world.judge('o1/1', 'Enviado', 'movio')
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    expect(await mailsOf(world, 1)).toHaveLength(1)
    expect(world.server.asked).toHaveLength(3)
    await until(async () => (await world.outbox.waiting()) === 0, DEADLINE_MS)
    expect(await world.outbox.waiting()).toBe(0)
  })

  it('says 550 gets it no more: a dead letter, its reason without the address', async () => {
    const world = await open(() => ({ code: 550, text: '<ana@example.com>: no such user' }))
    world.judge('o1/1', 'Enviado', 'movio')
    const { status, body } = await world.deliver('o1/1')
    expect(status).toBe(422)
    expect(JSON.parse(body).motivos).toEqual([
      expect.stringContaining('550 <a***@example.com>: no such user'),
    ])
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    expect(world.server.asked).toHaveLength(1)
    expect(JSON.stringify(world.log.lines)).not.toContain('ana@')
  })

  it('breaks off after DATA gets it again, under the same Message-ID', async () => {
    const world = await open((_, n) => (n === 1 ? 'drop' : 'take'))
    world.judge('o1/1', 'Preparación', 'movio')
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    const [dropped, taken] = await mailsOf(world, 2)
    expect(taken?.mail.messageId).toBe(dropped?.mail.messageId)
    expect(taken?.mail.messageId).toMatch(/@example\.org>$/)
    expect(taken?.mail).toMatchObject({ subject: dropped?.mail.subject, date: dropped?.mail.date })
  })

  it('hangs holds nothing up: the rest is put off at once, and all is sent when it comes back', async () => {
    let hangs = true
    const world = await open(() => (hangs ? 'hang' : 'take'), {
      MAIL_TIMEOUT_MS: 200,
      MAIL_RETRY_SECONDS: [0.2],
    })
    const ids = Array.from({ length: 20 }, (_, index) => `o${index}/1`)
    for (const id of ids) world.judge(id, 'Enviado', 'movio', `${id.split('/')[0]}@example.com`)
    expect(await world.deliver(...ids)).toMatchObject({ status: 204 })
    // Two connections: while they hang, no more than they can are asked for.
    expect(world.server.asked.length).toBeLessThan(ids.length)
    expect(await world.outbox.waiting()).toBeGreaterThan(0)
    hangs = false
    expect(new Set((await mailsOf(world, ids.length)).map(({ to }) => to)).size).toBe(ids.length)
  })

  it('is not there gets nothing lost', async () => {
    const world = await open(all)
    await world.server.close()
    world.judge('o1/1', 'Enviado', 'movio')
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    expect(await world.outbox.waiting()).toBe(1)
  })
})

it('a name with CR LF begins no header', async () => {
  const world = await open(all)
  world.judge('o1/1', 'Enviado', 'movio', 'ana@example.com', 'Mesa\r\nBcc: all@example.com')
  await world.deliver('o1/1')
  const [taken] = await mailsOf(world, 1)
  expect(taken?.mail.subject).toBe('Tu pedido de Mesa Bcc: all@example.com: Enviado')
  expect(taken?.raw).not.toMatch(/^Bcc:/im)
  expect(world.server.asked).toEqual(['ana@example.com'])
})

it('more mails to one address than an hour may have wait for the next one', async () => {
  const world = await open(all, { MAIL_PER_ADDRESS_HOUR: 2 })
  for (const id of ['o1/1', 'o2/1', 'o3/1']) world.judge(id, 'Enviado', 'movio')
  expect(await world.deliver('o1/1', 'o2/1', 'o3/1')).toMatchObject({ status: 204 })
  expect(await mailsOf(world, 2)).toHaveLength(2)
  expect(await world.outbox.waiting()).toBe(1)
})
