/**
 * The life of an order: its machines, who may move it, and the names in which states and events are sent. A version that
 * orders still live by is never changed or taken out: a change is a new version, and an order goes to it by `migrar`.
 */
import type { Life, Machine } from '../life.ts'

const PEOPLE = ['persona', 'sistema']
const ANYBODY = ['persona', 'sistema', 'transportista']

const version1: Machine = {
  version: 1,
  line: ['Procesando', 'Preparación', 'Enviado', 'Entregado', 'Finalizado'],
  final: ['Finalizado', 'Cancelado', 'Devuelto'],
  moves: [
    { event: 'preparar', from: ['Procesando'], to: 'Preparación', by: PEOPLE },
    { event: 'enviar', from: ['Preparación'], to: 'Enviado', by: ANYBODY },
    { event: 'entregar', from: ['Enviado'], to: 'Entregado', by: ANYBODY },
    { event: 'finalizar', from: ['Entregado'], to: 'Finalizado', by: PEOPLE },
    { event: 'cancelar', from: ['Procesando', 'Preparación'], to: 'Cancelado', by: PEOPLE },
    { event: 'devolver', from: ['Enviado', 'Entregado'], to: 'Devuelto', by: ANYBODY },
  ],
}

const DAY_S = 24 * 3600

export const orderLife: Life = {
  machines: [version1],
  birth: 'crear',
  migrate: { event: 'migrar', by: ['sistema'] },
  // The carrier tells what happened on the way, in its own time.
  outside: 'transportista',
  keepSeconds: 30 * DAY_S,
}

export const ORDER_ACTORS = ANYBODY
