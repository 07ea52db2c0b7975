/** What people call an order, what it has, and the states it goes through. */
import type { Words } from '../domain.ts'

/** What people call an order and what it has. */
export const ordersWords: Words = {
  en: {
    title: 'Orders',
    names: {
      id: 'order',
      nombre_producto: 'product',
      precio: 'price',
      pasarela_pago: 'payment by',
      marca_tarjeta: 'card',
      banco: 'bank',
      direccion: 'address',
      correo: 'mail',
      Procesando: 'processing',
      Preparación: 'in preparation',
      Enviado: 'shipped',
      Entregado: 'delivered',
      Finalizado: 'completed',
      Cancelado: 'cancelled',
      Devuelto: 'returned',
    },
  },
  es: {
    title: 'Pedidos',
    names: {
      id: 'pedido',
      nombre_producto: 'producto',
      pasarela_pago: 'pasarela',
      marca_tarjeta: 'tarjeta',
      region: 'región',
      direccion: 'dirección',
    },
  },
}

/** What people call what happens to an order. */
export const orderEventsWords: Words = {
  en: { title: 'Order changes', names: { id: 'order', evento: 'event', actor: 'by' } },
  es: { title: 'Cambios de pedidos', names: { id: 'pedido', actor: 'por', version: 'versión' } },
}
