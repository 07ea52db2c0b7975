/** Sales of a Black Friday. Wire names are those of the clients that exist. */
import { type Domain, JSON_ENDPOINTS } from '../domain.ts'
import { amount, enumeration, integer, text } from '../fields.ts'
import {
  type CategoriaProducto,
  type ProductSaleRequest,
  ProductSaleServiceDefinition,
} from '../gen/blackfriday.ts'
import type { EventContext } from '../gen/common.ts'
import { salesWords } from './sales-words.ts'

const { procesarVenta, procesarVentas } = ProductSaleServiceDefinition.methods
/** How many prices the history sets keep, and how long after the last sale: longer than the topic keeps it. */
const HISTORY = { keep: 20, keepSeconds: 8 * 86_400 } as const

const sale = (change: Record<string, unknown>) => ({
  categoria: 1,
  producto_id: 'P1',
  precio: 40.5,
  cantidad_vendida: 3,
  ...change,
})

export const sales: Domain = {
  name: 'sales',
  title: 'Sale',
  words: salesWords,
  type: 'com.blackfriday.venta.v1',
  topic: 'ventas-blackfriday',
  key: 'producto_id',
  fields: [
    {
      name: 'categoria',
      schema: enumeration(['Electronica', 'Ropa', 'Hogar', 'Belleza']),
      absent: 0,
      labels: ['desconocida', 'electronica', 'ropa', 'hogar', 'belleza'],
    },
    { name: 'producto_id', spellings: ['productoId', 'producto'], schema: text, absent: '' },
    { name: 'precio', schema: amount(1e9), absent: 0 },
    { name: 'cantidad_vendida', spellings: ['cantidadVendida'], schema: integer(1, 2 ** 31 - 1), absent: 0 },
  ],
  routes: [
    { path: '/venta', answer: 'Venta procesada' },
    { path: '/ventas', bulk: true },
    { path: '/purchase' },
  ],
  plainAtBridge: true,
  grpc: {
    fullName: ProductSaleServiceDefinition.fullName,
    one: procesarVenta,
    batch: procesarVentas,
    items: 'ventas',
  },
  toMessage: (value, contexto: EventContext | undefined): ProductSaleRequest => ({
    categoria: value.categoria as CategoriaProducto,
    producto_id: String(value.producto_id),
    precio: Number(value.precio),
    cantidad_vendida: Number(value.cantidad_vendida),
    contexto,
  }),
  fromMessage: ({ categoria, producto_id, precio, cantidad_vendida }: ProductSaleRequest) => ({
    categoria,
    producto_id,
    precio,
    cantidad_vendida,
  }),
  effects: [
    { op: 'count', key: 'reportes:total', per: ['categoria'] },
    { op: 'count', key: 'stats:conteo', field: 'categoria' },
    { op: 'sum', key: 'stats:precio:suma', field: 'categoria', of: 'precio', unit: 'cents' },
    { op: 'sum', key: 'stats:cantidad:suma', field: 'categoria', of: 'cantidad_vendida' },
    {
      op: 'sum',
      key: 'stats:ingresos:suma',
      field: 'categoria',
      of: 'precio',
      times: 'cantidad_vendida',
      unit: 'cents',
    },
    { op: 'rank', key: 'ranking:global', member: ['producto_id'], by: 'cantidad_vendida' },
    { op: 'rank', key: 'ranking', per: ['categoria'], member: ['producto_id'], by: 'cantidad_vendida' },
    { op: 'max', key: 'ventas:global:precio_max', of: 'precio' },
    { op: 'min', key: 'ventas:global:precio_min', of: 'precio' },
    { op: 'newest', key: 'history', per: ['categoria', 'producto_id'], of: 'precio', ...HISTORY },
    { op: 'newest', key: 'historial:precio', per: ['categoria'], of: 'precio', ...HISTORY },
    // Some seconds of a Black Friday, an afternoon of any other day; a megabyte of Valkey's.
    { op: 'log', key: 'ventas:log', keep: 10_000 },
    {
      op: 'series',
      key: 'series:ventas:segundo',
      bucketSeconds: 1,
      spanSeconds: 3600,
      keepSeconds: 2 * 3600,
    },
    {
      op: 'series',
      key: 'series:ventas:minuto',
      bucketSeconds: 60,
      spanSeconds: 86_400,
      keepSeconds: 8 * 86_400,
    },
  ],
  examples: [
    {
      sent: { categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 },
      stored: { categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 },
    },
    {
      sent: { categoria: 'Electrónica', productoId: 'p1', precio: 0, cantidadVendida: 1, tienda: 'Quito' },
      stored: { categoria: 1, producto_id: 'p1', precio: 0, cantidad_vendida: 1 },
      endpoints: JSON_ENDPOINTS,
    },
    {
      sent: {
        categoria: 'ROPA',
        producto: 'x',
        producto_id: 'camiseta',
        precio: 19.999,
        cantidad_vendida: 2,
      },
      stored: { categoria: 2, producto_id: 'camiseta', precio: 19.999, cantidad_vendida: 2 },
      endpoints: JSON_ENDPOINTS,
    },
    {
      sent: { categoria: 'jardín', producto_id: 'maceta', precio: 1e9, cantidad_vendida: 2147483647 },
      stored: { categoria: 0, producto_id: 'maceta', precio: 1e9, cantidad_vendida: 2147483647 },
      endpoints: JSON_ENDPOINTS,
    },
    {
      sent: { categoria: '4', producto_id: 'labial', precio: 12.34, cantidad_vendida: 1 },
      stored: { categoria: 4, producto_id: 'labial', precio: 12.34, cantidad_vendida: 1 },
      endpoints: JSON_ENDPOINTS,
    },
  ],
  rejects: [
    { sent: sale({ categoria: 5 }), field: 'categoria', why: 'a number that is no category' },
    {
      sent: sale({ categoria: '9' }),
      field: 'categoria',
      why: 'the same as a string',
      endpoints: JSON_ENDPOINTS,
    },
    { sent: sale({ categoria: [1] }), field: 'categoria', why: 'an array', endpoints: JSON_ENDPOINTS },
    {
      sent: sale({ producto_id: 7 }),
      field: 'producto_id',
      why: 'a number as id',
      endpoints: JSON_ENDPOINTS,
    },
    { sent: sale({ producto_id: '' }), field: 'producto_id', why: 'an empty id' },
    { sent: sale({ producto_id: ' \t ' }), field: 'producto_id', why: 'a blank id' },
    { sent: sale({ producto_id: 'a\u0000b' }), field: 'producto_id', why: 'a control character' },
    { sent: sale({ producto_id: 'x'.repeat(129) }), field: 'producto_id', why: 'an id of 129 characters' },
    { sent: sale({ precio: -0.01 }), field: 'precio', why: 'a negative price' },
    { sent: sale({ precio: 1_000_000_000.01 }), field: 'precio', why: 'a price over 1e9' },
    {
      sent: sale({ precio: '40.5' }),
      field: 'precio',
      why: 'a price as a string',
      endpoints: JSON_ENDPOINTS,
    },
    { sent: sale({ cantidad_vendida: 0 }), field: 'cantidad_vendida', why: 'no unit' },
    {
      sent: sale({ cantidad_vendida: 2 ** 31 }),
      field: 'cantidad_vendida',
      why: 'over int32',
      endpoints: JSON_ENDPOINTS,
    },
    {
      sent: sale({ cantidad_vendida: 1.5 }),
      field: 'cantidad_vendida',
      why: 'half a unit',
      endpoints: JSON_ENDPOINTS,
    },
    { sent: { categoria: 1, precio: 1, cantidad_vendida: 1 }, field: 'producto_id', why: 'a missing id' },
    { sent: 'una venta', why: 'no object', endpoints: JSON_ENDPOINTS },
  ],
}
