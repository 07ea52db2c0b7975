/** Whom the notifier tells what, against a real mail server and a real Valkey. */
import { describe, expect, it } from 'vitest'
import { until } from '../../scripts/lib/until.ts'
import { leaseFor } from '../_adapters/valkey/outbox.ts'
import type { Domain } from '../_core/domain.ts'
import { orderEvents } from '../_core/domains/order-events.ts'
import { orders } from '../_core/domains/orders.ts'
import { deliverPlain } from '../_testing/plain-record.ts'
import { memoryPorts } from '../_testing/ports.ts'
import { aggregatorHandler } from '../aggregator/handler.ts'
import { all, DEADLINE_MS, domain, mailsOf, open, withValkey } from './_testing/world.ts'

withValkey()

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
    expect(await world.outbox.waiting()).toBe(0)
    const lines = JSON.stringify(world.log.lines)
    expect(lines).toContain('a***@example.com')
    expect(lines).not.toContain('ana@')
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
    expect(world.counted).toMatchObject({ 'mails result=optedOut': 1, 'mails result=noAddress': 1 })
  })

  it('503 while an event is not judged yet, which keeps back no mail of the others in its record', async () => {
    const world = await open(all)
    world.judge('o1/1', 'Enviado', 'movio', 'ana@example.com')
    expect(await world.deliver('o1/1', 'o2/1')).toMatchObject({ status: 503 })
    expect(world.server.asked).toEqual(['ana@example.com'])
    world.judge('o2/1', 'Enviado', 'movio', 'luz@example.com')
    expect(await world.deliver('o1/1', 'o2/1')).toMatchObject({ status: 204 })
    expect(world.server.asked).toEqual(['ana@example.com', 'luz@example.com'])
  })

  it('no mail to an order without an address is queued, however many wait', async () => {
    const world = await open(all, {}, { turnMs: 0 })
    world.judge('o1/1', 'Enviado', 'movio', '')
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    expect(world.counted['mails result=noAddress']).toBe(1)
    expect(world.counted['mails result=queued']).toBeUndefined()
    expect(await world.outbox.waiting()).toBe(0)
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

it('a mail of a pod that died with it in hand is sent by the next one; later for a mail server that may be slower', async () => {
  const world = await open(all, {}, { leaseMs: 50 })
  world.judge('o1/1', 'Enviado', 'movio')
  await world.outbox.take({ domain: domain.name, id: 'o1', state: 'Enviado' })
  await until(async () => (await world.deliver('o1/1')).status === 204, DEADLINE_MS)
  expect(await mailsOf(world, 1)).toHaveLength(1)
  expect([leaseFor(5_000), leaseFor(60_000)]).toEqual([120_000, 24 * 60_000])
})

describe('a record that is no CloudEvent', () => {
  const value = { nombre_producto: 'Mesa', precio: 5, correo: 'ana@example.com' }
  it.each([
    ['as the manifests name both', 'pedidos', 'pedidos-notifier', { id: 'A', ...value }],
    ['the one that was counted by was renamed since', 'before', 'pedidos-notifier', { id: 'A', ...value }],
    ['the same for both', 'pedidos', 'pedidos', { id: 'A', ...value }],
    ['an order that nobody named', 'pedidos', 'pedidos-notifier', value],
  ])('is told, whichever KafkaSource delivers it: %s', async (_, counting, telling, content) => {
    const world = await open(all, {}, { domains: [orders, orderEvents] })
    const record = { topic: orders.topic, offset: 7, value: content }
    expect((await deliverPlain(world.app, telling, record)).status).toBe(503)
    const { count, registry } = world
    const counter = aggregatorHandler({ ...memoryPorts(), registry, submit: count })
    expect((await deliverPlain(counter, counting, record)).status).toBe(204)
    const told = ['Tu pedido de Mesa: Procesando']
    for (const name of [telling, counting, 'another']) {
      expect((await deliverPlain(world.app, name, record)).status).toBe(204)
      expect((await mailsOf(world, 1)).map(({ mail }) => mail.subject)).toEqual(told)
    }
  })
})

it('an event that is refused, of an order that is known or not, is never asked for again', async () => {
  const world = await open(all, {}, { domains: [orders, orderEvents] })
  const { count, registry } = world
  const counter = aggregatorHandler({ ...memoryPorts(), registry, submit: count })
  const event = (id: string, { type }: Domain, data: object) => ({
    ...{ specversion: '1.0', source: '/test', id, type, time: '2026-11-27T12:00:00Z', data },
  })
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify([
      event('1', orders, { id: 'A', nombre_producto: 'Mesa', precio: 5, correo: 'ana@example.com' }),
      event('2', orderEvents, { id: 'A', evento: 'finalizar' }),
      event('3', orderEvents, { id: 'nobody', evento: 'preparar' }),
    ]),
  }
  expect((await world.app.request('/', request)).status).toBe(503)
  expect((await counter.request('/', request)).status).toBe(422)
  expect((await world.app.request('/', request)).status).toBe(204)
  expect(await mailsOf(world, 1)).toHaveLength(1)
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
  expect(world.counted).toMatchObject({ 'mails result=limited': 1 })
  expect(world.counted['mails result=later']).toBeUndefined()
  expect(await world.outbox.waitingSince()).toBeGreaterThan(0)
})
