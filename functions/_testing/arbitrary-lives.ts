/** What happens to a few orders, in any order and by anybody, by machines of two versions, one of which goes round. */
import fc from 'fast-check'
import type { Domain } from '../_core/domain.ts'
import { orderEvents } from '../_core/domains/order-events.ts'
import { orderLife } from '../_core/domains/order-life.ts'
import { orders } from '../_core/domains/orders.ts'
import type { Event } from '../_core/event.ts'
import type { Life, Machine } from '../_core/life.ts'
import { orderOf } from './life-events.ts'
import { NOW } from './ports.ts'

const [first] = orderLife.machines
const second: Machine = {
  version: 2,
  line: ['Procesando', 'Enviado', 'Finalizado'],
  final: ['Finalizado'],
  moves: [
    { event: 'enviar', from: ['Procesando'], to: 'Enviado', by: ['persona', 'transportista'] },
    { event: 'cancelar', from: ['Procesando', 'Enviado'], to: 'Cancelado', by: ['persona'] },
    { event: 'preparar', from: ['Cancelado'], to: 'Procesando', by: ['persona'] },
    { event: 'finalizar', from: ['Enviado'], to: 'Finalizado', by: ['persona', 'transportista'] },
  ],
}
const life: Life = { ...orderLife, machines: [first, second] }

const living = (domain: Domain): Domain => ({
  ...domain,
  effects: domain.effects.map((effect) => (effect.op === 'transition' ? { ...effect, life } : effect)),
})
const [born, moved] = [living(orders), living(orderEvents)]
export const livingDomains: readonly Domain[] = [born, moved]

const id = fc.constantFrom('A', 'B', 'A:x', 'ñ"\\')
const source = fc.constantFrom('/ingest/0123456789ab', '/x%#"')
const time = fc.integer({ min: -5000, max: 700_000_000 }).map((ms) => new Date(NOW + ms).toISOString())

const birth = fc
  .record({ id, precio: fc.constantFrom(1, 1, 1, 2) })
  .map(({ id: name, precio }) => ({ domain: born, value: orderOf(0, name, 0, { precio }).value }))
const move = fc
  .record({
    id,
    evento: fc.constantFrom('preparar', 'enviar', 'entregar', 'finalizar', 'cancelar', 'devolver', 'migrar'),
    actor: fc.constantFrom('persona', 'sistema', 'transportista'),
    version: fc.nat(3),
  })
  .map((value) => ({ domain: moved, value }))

const event = fc
  .tuple(fc.nat(400), source, time, fc.oneof({ arbitrary: move, weight: 5 }, { arbitrary: birth, weight: 1 }))
  .map(
    ([number, from, when, content]): Event => ({ id: String(number), source: from, time: when, ...content }),
  )

/** Deliveries: batches of events, some of which come again at once or later. */
export const arbitraryLives: fc.Arbitrary<Event[][]> = fc
  .uniqueArray(event, {
    minLength: 1,
    maxLength: 80,
    selector: (one) => JSON.stringify([one.source, one.id]),
  })
  .chain((events) =>
    fc.array(fc.array(fc.nat(events.length - 1), { maxLength: 12 }), { maxLength: 14 }).map((picks) => {
      const batches = picks.map((batch) => batch.flatMap((at) => events[at] ?? []))
      return [[orderOf('a', 'A'), orderOf('b', 'B')].map((one) => ({ ...one, domain: born })), ...batches]
    }),
  )
