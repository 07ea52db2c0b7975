import { describe, expect, it } from 'vitest'
import { encodeBatch } from '../_adapters/cloudevents/json.ts'
import { accept } from '../_core/accept.ts'
import { orderEvents } from '../_core/domains/order-events.ts'
import { orderLife } from '../_core/domains/order-life.ts'
import { orders } from '../_core/domains/orders.ts'
import { Failure } from '../_core/errors.ts'
import type { Event } from '../_core/event.ts'
import { judge, placeOf, type Standing } from '../_core/life.ts'
import { registryOf } from '../_core/registry.ts'
import { deliverPlain } from '../_testing/plain-record.ts'
import { memoryPorts, memorySink, NOW } from '../_testing/ports.ts'
import { carrierHandler } from './handler.ts'
import type { CarrierOptions } from './next-moves.ts'
import { type Pace, paced, UNPACED } from './pace.ts'

const time = new Date(NOW).toISOString()
const QUICK: CarrierOptions = { minSeconds: 0, maxSeconds: 0, late: 0, repeated: 0, illegal: 0 }

const born = (id: string): Event => {
  const value = accept(orders, { id, nombre_producto: 'Mesa', precio: 5 }, 'absent')
  return { id, source: '/test', time, domain: orders, value }
}

function carrier(
  options: Partial<CarrierOptions> = {},
  outcome?: () => Failure | undefined,
  pace: Pace = UNPACED,
) {
  const sink = memorySink(outcome)
  const app = carrierHandler({
    ...memoryPorts(),
    registry: registryOf([orders, orderEvents]),
    submit: sink.submit,
    pace,
    options: { ...QUICK, ...options },
  })
  const deliver = async (...events: readonly Event[]) => {
    const headers = { 'content-type': 'application/cloudevents-batch+json' }
    const before = sink.events.length
    const { status } = await app.request('/', { method: 'POST', headers, body: encodeBatch(events) })
    return { status, sent: sink.events.slice(before) }
  }
  return { deliver, app, sink }
}

const told = ({ value }: Event) => `${value.evento} ${value.actor}`

/** Delivers what the carrier sends back to it, until it has nothing more to say, and judges each event. */
async function lifeOf(id: string, options: Partial<CarrierOptions>) {
  const { deliver } = carrier(options)
  let standing: Standing = { state: orderLife.machines[0].line[0] ?? '', version: 1, reach: 1, data: {} }
  const verdicts: string[] = []
  let told = 0
  for (let waiting: readonly Event[] = [born(id)]; waiting.length > 0; ) {
    const [event, ...rest] = waiting
    if (event === undefined) break
    if (event.domain === orderEvents) {
      const { evento, actor } = event.value
      const verdict = judge(orderLife, standing, { event: String(evento), actor: String(actor), version: 0 })
      if (verdict === 'unknown') throw new Error('the carrier knows no such version')
      verdicts.push(verdict?.case ?? 'refused')
      const state = verdict?.to ?? standing.state
      standing = {
        ...standing,
        state,
        reach: Math.max(standing.reach, placeOf(orderLife.machines[0], state)),
      }
    }
    const { sent } = await deliver(event)
    waiting = [...rest, ...sent]
    told += sent.length
    if (told > EVENTS_OF_A_LIFE) throw new Error('it follows its own words round and round')
  }
  return { state: standing.state, verdicts }
}
/** In each of five states it tells four things at most. */
const EVENTS_OF_A_LIFE = 20

describe('a thing is moved along its line', () => {
  it('by whom it may be, one state after the other', async () => {
    const { deliver } = carrier()
    const line: string[] = []
    for (let events = [born('A')]; events.length > 0; ) {
      const { status, sent } = await deliver(...events)
      expect(status).toBe(204)
      line.push(...sent.map(told))
      events = [...sent]
    }
    expect(line).toEqual([
      'preparar sistema',
      'enviar transportista',
      'entregar transportista',
      'finalizar sistema',
    ])
  })

  it('many of one delivery at a time, and again under the same identities', async () => {
    const { deliver } = carrier()
    const events = ['A', 'B', 'C'].map(born)
    const [first, again] = [await deliver(...events), await deliver(...events)]
    expect(first.sent.map(({ id, source }) => [source, id])).toEqual([
      ['/carrier', 'A/Procesando/next'],
      ['/carrier', 'B/Procesando/next'],
      ['/carrier', 'C/Procesando/next'],
    ])
    expect(again.sent.map(({ id }) => id)).toEqual(first.sent.map(({ id }) => id))
  })

  it.each([['pedidos-carrier'], ['pedidos'], ['renamed']])(
    'by a record that is no CloudEvent, under the same identity whichever KafkaSource delivers it: %s',
    async (name) => {
      const { app, sink } = carrier()
      const value = { nombre_producto: 'Mesa', precio: 5 }
      for (const id of ['A', undefined]) {
        const record = { topic: orders.topic, offset: 7, value: { id, ...value } }
        expect((await deliverPlain(app, name, record)).status).toBe(204)
      }
      expect(sink.events.map(({ source, id }) => [source, id])).toEqual([
        ['/carrier', 'A/Procesando/next'],
        // Nobody named it: where the record lies does.
        ['/carrier', 'partition:2/offset:7/Procesando/next'],
      ])
    },
  )

  it('one that was taken off the line is left alone', async () => {
    const { deliver } = carrier()
    const value = accept(orderEvents, { id: 'A', evento: 'cancelar' }, 'absent')
    const cancelled: Event = { id: '1', source: '/test', time, domain: orderEvents, value }
    expect(await deliver(cancelled)).toEqual({ status: 204, sent: [] })
  })

  it('503 when the bridge did not take it: the source asks again', async () => {
    const { deliver } = carrier({}, () => new Failure('unavailable', 'away'))
    expect(await deliver(born('A'))).toMatchObject({ status: 503 })
  })
})

it('what is late, told twice or not allowed changes no end', async () => {
  const lives = await Promise.all(
    ['A', 'B', 'C', 'D'].map((id) => lifeOf(id, { late: 1, repeated: 1, illegal: 1 })),
  )
  for (const { state, verdicts } of lives) {
    expect(state).toBe('Finalizado')
    expect(verdicts.filter((verdict) => verdict === 'movio')).toHaveLength(4)
    for (const verdict of ['tarde', 'repetido', 'refused']) expect(verdicts).toContain(verdict)
  }
})

describe('at a pace', () => {
  const at = (outcome?: () => Failure | undefined) => {
    let nowMs = NOW
    const pace = paced(1_000, () => nowMs, 2)
    const pass = (ms: number) => {
      nowMs += ms
    }
    return { ...carrier({}, outcome, pace), pace, pass }
  }
  const ids = (sent: readonly Event[]) => sent.map(({ id }) => id.split('/')[0])

  it('a delivery with more than it has time for is answered 503; when it comes again it goes on, and moves none twice', async () => {
    const { deliver, pass, pace } = at()
    const events = ['A', 'B', 'C', 'D', 'E'].map(born)
    const first = await deliver(...events)
    expect([first.status, ids(first.sent).sort()]).toEqual([503, ['A', 'B', 'C']])
    // Nobody pushes in before those that wait.
    expect(await deliver(born('F'))).toEqual({ status: 503, sent: [] })
    pass(3)
    const again = await deliver(...events)
    expect([again.status, ids(again.sent).sort()]).toEqual([204, ['D', 'E']])
    expect(ids((await deliver(born('F'))).sent)).toEqual(['F'])
    expect(pace.size).toBe(0)
  })

  it('only what is born has a turn: what was taken up goes on', async () => {
    const { deliver } = at()
    const { sent } = await deliver(...['A', 'B', 'C', 'D'].map(born))
    const next = await deliver(...sent)
    expect([next.status, next.sent.length]).toEqual([204, 3])
  })

  it('what the bridge did not take is taken up again', async () => {
    let isAway = true
    const { deliver, pace } = at(() => (isAway ? new Failure('unavailable', 'away') : undefined))
    expect((await deliver(born('A'))).status).toBe(503)
    isAway = false
    expect(await deliver(born('A'))).toMatchObject({ status: 204, sent: [{ source: '/carrier' }] })
    expect(pace.size).toBe(0)
  })
})

it('shares are of states', async () => {
  const { deliver } = carrier({ illegal: 0.25 })
  const { sent } = await deliver(...Array.from({ length: 400 }, (_, index) => born(`order ${index}`)))
  const illegal = sent.filter(({ id }) => id.endsWith('/illegal')).length
  expect(illegal).toBeGreaterThan(50)
  expect(illegal).toBeLessThan(150)
})
