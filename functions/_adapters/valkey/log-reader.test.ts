import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, expect, inject, it } from 'vitest'
import { orderEvents } from '../../_core/domains/order-events.ts'
import { orders } from '../../_core/domains/orders.ts'
import { sales } from '../../_core/domains/sales.ts'
import { saleOf } from '../../_testing/counter-suite.ts'
import { moveOf, orderOf } from '../../_testing/life-events.ts'
import { SOURCE } from '../../_testing/ports.ts'
import { Asking } from './asking.ts'
import { valkeyCounter } from './counter/counter.ts'
import { askLog } from './log-reader.ts'

const valkey = new Redis(inject('valkeyUrl'))
afterAll(() => valkey.disconnect())

it.each([
  { domain: sales, event: saleOf(7), id: '7', content: { producto_id: 'P1' } },
  { domain: orders, event: orderOf('e1', 'A-1'), id: 'e1', content: { id: 'A-1', nombre_producto: 'Mesa' } },
  { domain: orderEvents, event: moveOf('e2', 'A-1', 'preparar'), id: 'e2', content: { id: 'A-1' } },
])(
  '$domain.name: an entry has the content and whose event it is, whatever its fields are called',
  async ({ domain, event, id, content }) => {
    const prefix = `${randomUUID()}:`
    const counter = valkeyCounter(valkey, { prefix })
    // Of an order that is there, what happens to it is allowed.
    await counter.apply(domain === orderEvents ? [orderOf('e1', 'A-1'), event] : [event])
    const asking = new Asking()
    const tail = askLog(asking, domain, prefix, { count: 10 })
    await asking.send(valkey)
    expect(tail?.().rows).toMatchObject([
      { id, source: SOURCE, time: event.time, receipt: `${SOURCE}#${id}`, value: content },
    ])
  },
)

it('no field of an entry comes twice: clients make a map of it', async () => {
  const prefix = `${randomUUID()}:`
  await valkeyCounter(valkey, { prefix }).apply([orderOf('e1', 'A-1')])
  const [[, fields = []] = ['']] = await valkey.xrevrange(`${prefix}pedidos:log`, '+', '-')
  const names = fields.filter((_, at) => at % 2 === 0)
  expect(names).toEqual([...new Set(names)])
  expect(names).toEqual(expect.arrayContaining(['id', 'event_id', 'source', 'time']))
})
