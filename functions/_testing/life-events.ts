/** Orders and what happens to them, for tests. */
import type { Domain } from '../_core/domain.ts'
import { orderEvents } from '../_core/domains/order-events.ts'
import { orders } from '../_core/domains/orders.ts'
import type { Event } from '../_core/event.ts'
import { NOW, SOURCE } from './ports.ts'

export const BARE = {
  nombre_producto: 'Mesa',
  precio: 19.5,
  pasarela_pago: '',
  marca_tarjeta: '',
  banco: '',
  region: 'Ñuñoa',
  direccion: '',
  correo: 'ana@example.com',
}

/** @param s seconds after {@link NOW} */
export const at = (s: number): string => new Date(NOW + s * 1000).toISOString()

export const orderOf = (eventId: string | number, id: string, s = 0, change: object = {}): Event => {
  const value = { id, ...BARE, ...change }
  return { id: String(eventId), source: SOURCE, time: at(s), domain: orders, value }
}

export const moveOf = (
  eventId: string | number,
  id: string,
  evento: string,
  actor = 'persona',
  s = 0,
): Event => {
  const value = { id, evento, actor, version: 0 }
  return { id: String(eventId), source: SOURCE, time: at(s), domain: orderEvents, value }
}

const LINE = ['preparar', 'enviar', 'entregar', 'finalizar'] as const

/** An order that has come so far along the line, by one event a minute. */
export const broughtTo = (steps: number, id = 'A'): Event[] => [
  orderOf(`${id}0`, id),
  ...LINE.slice(0, steps).map((evento, step) =>
    moveOf(`${id}${step + 1}`, id, evento, 'sistema', 60 * (step + 1)),
  ),
]

/** The domain with this version alone. */
export const byOnly = (version: number, domain: Domain): Domain => ({
  ...domain,
  effects: domain.effects.map((effect) =>
    effect.op === 'transition'
      ? { ...effect, life: { ...effect.life, machines: [{ ...effect.life.machines[0], version }] } }
      : effect,
  ),
})
