/** What happens to orders: each event asks for a move that its order's life allows or not (order-life.ts). */
import { type Domain, type Endpoint, JSON_ENDPOINTS } from '../domain.ts'
import { integer, oneOf, pathPart } from '../fields.ts'
import type { EventContext } from '../gen/common.ts'
import { type EventoPedido, PedidoServiceDefinition } from '../gen/logistica.ts'
import { ORDER_ACTORS, orderLife } from './order-life.ts'
import { orderEventsWords } from './orders-words.ts'

const { cambiarEstado, cambiarEstados } = PedidoServiceDefinition.methods
const VERSIONS = 1_000

/** An event by its name, or by that of the state that it leads to. */
const moves = orderLife.machines.flatMap((machine) => machine.moves)
const spellings = Object.fromEntries(moves.map(({ event, to }) => [to, event]))
const events = [...new Set(moves.map(({ event }) => event)), orderLife.migrate.event]

/** A plain record in the topic is an order. */
const JSON_OF_EVENTS = JSON_ENDPOINTS.filter((endpoint) => endpoint !== 'record')
const ENDPOINTS: readonly Endpoint[] = [...JSON_OF_EVENTS, 'grpc']

const move = (change: Record<string, unknown>) => ({
  id: 'A-1',
  evento: 'preparar',
  actor: 'persona',
  version: 0,
  ...change,
})

export const orderEvents: Domain = {
  name: 'order_events',
  title: 'Order change',
  words: orderEventsWords,
  type: 'com.logistica.evento.v1',
  topic: 'pedidos',
  part: 'eventos',
  key: 'id',
  ordered: true,
  fields: [
    { name: 'id', spellings: ['order_id', 'pedido_id'], schema: pathPart, absent: '' },
    { name: 'evento', spellings: ['estado', 'event', 'state'], schema: oneOf(events, spellings), absent: '' },
    { name: 'actor', schema: oneOf(ORDER_ACTORS, { '': 'persona' }), absent: '', optional: true },
    {
      name: 'version',
      schema: integer(0, VERSIONS),
      absent: 0,
      optional: true,
      neededFor: { field: 'evento', says: orderLife.migrate.event },
    },
  ],
  routes: [
    { path: '/pedidos/eventos', bulk: true, keyAs: 'pedido' },
    { path: '/pedidos/{id}/eventos', bulk: true, keyAs: 'pedido' },
  ],
  grpc: {
    fullName: PedidoServiceDefinition.fullName,
    one: cambiarEstado,
    batch: cambiarEstados,
    items: 'eventos',
  },
  toMessage: (value, contexto: EventContext | undefined): EventoPedido => ({
    id: String(value.id),
    evento: String(value.evento),
    actor: String(value.actor),
    version: Number(value.version),
    contexto,
  }),
  fromMessage: ({ id, evento, actor, version }: EventoPedido) => ({ id, evento, actor, version }),
  effects: [
    {
      op: 'transition',
      key: 'pedido',
      figures: 'pedidos',
      life: orderLife,
      id: 'id',
      move: { event: 'evento', actor: 'actor', version: 'version' },
    },
    { op: 'count', key: 'pedidos:eventos:total' },
    { op: 'count', key: 'pedidos:eventos', field: 'evento' },
    { op: 'log', key: 'pedidos:eventos:log', keep: 1000 },
    {
      op: 'series',
      key: 'series:pedidos:eventos:segundo',
      bucketSeconds: 1,
      spanSeconds: 3600,
      keepSeconds: 2 * 3600,
    },
    {
      op: 'series',
      key: 'series:pedidos:eventos:minuto',
      bucketSeconds: 60,
      spanSeconds: 86_400,
      keepSeconds: 8 * 86_400,
    },
  ],
  examples: [
    { sent: move({}), stored: move({}), endpoints: ENDPOINTS },
    {
      sent: { order_id: 'A-1', estado: 'PREPARACION' },
      stored: move({}),
      endpoints: JSON_OF_EVENTS,
    },
    {
      sent: move({ evento: 'Enviado', actor: 'Transportista' }),
      stored: move({ evento: 'enviar', actor: 'transportista' }),
      endpoints: ENDPOINTS,
    },
    {
      sent: move({ evento: 'migrar', actor: 'sistema', version: 1 }),
      stored: move({ evento: 'migrar', actor: 'sistema', version: 1 }),
      endpoints: ENDPOINTS,
    },
  ],
  rejects: [
    { sent: move({ id: ' ' }), field: 'id', why: 'a blank order id', endpoints: ENDPOINTS },
    {
      sent: move({ evento: 'extraviar' }),
      field: 'evento',
      why: 'an event that no machine has',
      endpoints: ENDPOINTS,
    },
    { sent: move({ evento: 3 }), field: 'evento', why: 'a number', endpoints: JSON_OF_EVENTS },
    {
      sent: move({ actor: 'vecino' }),
      field: 'actor',
      why: 'an actor that nobody knows',
      endpoints: ENDPOINTS,
    },
    { sent: move({ version: -1 }), field: 'version', why: 'a negative version', endpoints: ENDPOINTS },
    { sent: { id: 'A-1' }, field: 'evento', why: 'a missing event', endpoints: ENDPOINTS },
    {
      sent: { id: 'A-1', evento: 'migrar', actor: 'sistema' },
      field: 'version',
      why: 'a migration to no version',
      endpoints: ENDPOINTS,
    },
  ],
}
