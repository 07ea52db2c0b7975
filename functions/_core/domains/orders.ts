/** Orders of the shop: what is bought and where it goes. What happens to an order then is in order-events.ts. */
import { type Domain, JSON_ENDPOINTS } from '../domain.ts'
import { address, amountOrText, line, optional, pathPart, text } from '../fields.ts'
import type { EventContext } from '../gen/common.ts'
import { type Pedido, PedidoServiceDefinition } from '../gen/logistica.ts'
import { type MessageRequest, OrderServiceDefinition } from '../gen/orders.ts'
import { type PedidoRequest, PedidoServiceDefinition as PlainServiceDefinition } from '../gen/pedido.ts'
import { orderLife } from './order-life.ts'
import { ordersWords } from './orders-words.ts'

const { realizarPedido, realizarPedidos, consultarPedido } = PedidoServiceDefinition.methods
/** Longer than a name: street, number, and how to find it. */
const ADDRESS_CHARS = 512
/** RFC 5321, section 4.5.3.1.3: a path has at most 256 octets, two of them brackets; in UTF-8 (RFC 6531, section 3.3). */
const MAIL_CHARS = 254
/** Of a float, as digits that people wrote. */
const FLOAT_DIGITS = 7

const order = (change: Record<string, unknown>) => ({
  id: 'A-1',
  nombre_producto: 'Mesa de roble',
  precio: 129.99,
  pasarela_pago: 'Webpay',
  marca_tarjeta: 'Visa',
  banco: 'Banco de Chile',
  region: 'Valparaíso',
  direccion: 'Av. Alemania 123, depto. 4',
  correo: 'ana@example.com',
  ...change,
})
const bare = {
  pasarela_pago: '',
  marca_tarjeta: '',
  banco: '',
  region: '',
  direccion: '',
  correo: '',
}

export const orders: Domain = {
  name: 'orders',
  title: 'Order',
  words: ordersWords,
  type: 'com.logistica.pedido.v1',
  topic: 'pedidos',
  key: 'id',
  ordered: true,
  mail: { to: 'correo', about: 'nombre_producto' },
  fields: [
    {
      name: 'id',
      spellings: ['order_id', 'pedido_id'],
      schema: optional(pathPart),
      absent: '',
      optional: true,
      fromIdentity: true,
    },
    {
      name: 'nombre_producto',
      columns: [['Product']],
      spellings: ['producto', 'product_name', 'nombreProducto'],
      schema: text,
      absent: '',
    },
    { name: 'precio', spellings: ['price'], schema: amountOrText(1e9), absent: 0 },
    {
      name: 'pasarela_pago',
      columns: [['Pay_Method']],
      spellings: ['payment_method'],
      schema: optional(text),
      absent: '',
      optional: true,
    },
    {
      name: 'marca_tarjeta',
      columns: [['Type_Card']],
      spellings: ['card_brand'],
      schema: optional(text),
      absent: '',
      optional: true,
    },
    { name: 'banco', spellings: ['bank'], schema: optional(text), absent: '', optional: true },
    {
      name: 'region',
      spellings: ['region_envio', 'shipping_region', 'comuna'],
      schema: optional(text),
      absent: '',
      optional: true,
    },
    {
      name: 'direccion',
      columns: [['Street', 'Number'], ['Street']],
      spellings: ['direccion_envio', 'shipping_address'],
      schema: optional(line(ADDRESS_CHARS)),
      absent: '',
      optional: true,
    },
    {
      name: 'correo',
      columns: [['Email_Client']],
      spellings: ['correo_cliente', 'email_cliente', 'email', 'customer_email'],
      // Some send a name there.
      spellingsIfValid: ['cliente'],
      schema: optional(address(MAIL_CHARS)),
      absent: '',
      optional: true,
    },
  ],
  routes: [{ path: '/pedidos', bulk: true, keyAs: 'pedido' }],
  grpc: {
    fullName: PedidoServiceDefinition.fullName,
    one: realizarPedido,
    batch: realizarPedidos,
    items: 'pedidos',
    foreign: [
      {
        fullName: OrderServiceDefinition.fullName,
        rpc: OrderServiceDefinition.methods.sendMessage,
        json: ({ message }: MessageRequest) => message,
        answer: { response: 'Mensaje enviado a Kafka' },
      },
      {
        fullName: PlainServiceDefinition.fullName,
        rpc: PlainServiceDefinition.methods.crearPedido,
        sent: ({ nombreProducto, precio }: PedidoRequest) => ({
          nombreProducto,
          precio: Number(precio.toPrecision(FLOAT_DIGITS)),
        }),
        answer: { estado: 'OK' },
      },
    ],
  },
  lookup: { path: '/pedidos/{id}', rpc: consultarPedido },
  toMessage: (value, contexto: EventContext | undefined): Pedido => ({
    id: String(value.id),
    nombre_producto: String(value.nombre_producto),
    precio: Number(value.precio),
    pasarela_pago: String(value.pasarela_pago),
    marca_tarjeta: String(value.marca_tarjeta),
    banco: String(value.banco),
    region: String(value.region),
    direccion: String(value.direccion),
    correo: String(value.correo),
    contexto,
  }),
  fromMessage: ({ contexto: _, ...value }: Pedido) => value,
  effects: [
    { op: 'transition', key: 'pedido', figures: 'pedidos', life: orderLife, id: 'id' },
    { op: 'count', key: 'pedidos:total' },
    { op: 'count', key: 'pedidos:conteo', field: 'region' },
    { op: 'sum', key: 'pedidos:precio:suma', field: 'region', of: 'precio', unit: 'cents' },
    { op: 'rank', key: 'pedidos:producto', member: ['nombre_producto'] },
    { op: 'log', key: 'pedidos:log', keep: 1000 },
    {
      op: 'series',
      key: 'series:pedidos:segundo',
      bucketSeconds: 1,
      spanSeconds: 3600,
      keepSeconds: 2 * 3600,
    },
    {
      op: 'series',
      key: 'series:pedidos:minuto',
      bucketSeconds: 60,
      spanSeconds: 86_400,
      keepSeconds: 8 * 86_400,
    },
  ],
  examples: [
    { sent: order({}), stored: order({}) },
    {
      sent: {
        order_id: 'A-2',
        product_name: 'Lámpara',
        price: '19.5',
        payment_method: 'Khipu',
        card_brand: 'Mastercard',
        bank: 'BCI',
        comuna: 'Ñuñoa',
        shipping_address: 'Irarrázaval 2400\r\n  torre B',
        customer_email: 'luz@example.com',
        cupon: 'no-se-lee',
      },
      stored: {
        id: 'A-2',
        nombre_producto: 'Lámpara',
        precio: 19.5,
        pasarela_pago: 'Khipu',
        marca_tarjeta: 'Mastercard',
        banco: 'BCI',
        region: 'Ñuñoa',
        direccion: 'Irarrázaval 2400 torre B',
        correo: 'luz@example.com',
      },
      endpoints: JSON_ENDPOINTS,
    },
    {
      sent: { id: 'A-3', producto: 'Silla', precio: 0, cliente: 'Ana Pérez', banco: null },
      stored: { id: 'A-3', nombre_producto: 'Silla', precio: 0, ...bare },
      endpoints: JSON_ENDPOINTS,
    },
    {
      sent: { id: 'A-4', nombreProducto: 'Silla', precio: 5, cliente: 'ana@example.com' },
      stored: { id: 'A-4', nombre_producto: 'Silla', precio: 5, ...bare, correo: 'ana@example.com' },
      endpoints: JSON_ENDPOINTS,
    },
  ],
  rejects: [
    { sent: order({ nombre_producto: '  ' }), field: 'nombre_producto', why: 'a blank product' },
    { sent: order({ nombre_producto: 'Mesa\r\nBcc: x@y.z' }), field: 'nombre_producto', why: 'a line break' },
    { sent: order({ precio: -1 }), field: 'precio', why: 'a negative price' },
    { sent: order({ precio: 'gratis' }), field: 'precio', why: 'no number', endpoints: JSON_ENDPOINTS },
    { sent: order({ correo: 'ana' }), field: 'correo', why: 'no address' },
    {
      sent: order({ correo: 'ana@example.com\nBcc: x@y.z' }),
      field: 'correo',
      why: 'a header in an address',
    },
    { sent: order({ id: 'x'.repeat(129) }), field: 'id', why: 'an id of 129 characters' },
    { sent: order({ direccion: 'x'.repeat(513) }), field: 'direccion', why: 'an address of 513 characters' },
    { sent: { precio: 1 }, field: 'nombre_producto', why: 'a missing product' },
    { sent: 'un pedido', why: 'no object', endpoints: JSON_ENDPOINTS },
  ],
}
