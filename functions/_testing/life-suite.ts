/** What every counter makes of events that move entities: the cases of core's life.ts, and what each leaves behind. */
import { expect, test } from 'vitest'
import type { OnCountResult } from '../_core/counting.ts'
import { orderEvents } from '../_core/domains/order-events.ts'
import { orders } from '../_core/domains/orders.ts'
import type { Moved } from '../_core/life.ts'
import type { CounterUnderTest, MakeCounter } from './counter-suite.ts'
import { at, BARE, broughtTo, byOnly, moveOf, orderOf } from './life-events.ts'
import { NOW, SOURCE } from './ports.ts'

/** Counter whose verdicts are written down, as `<id of the event> <verdict> <from>><to>`. */
function judged(make: MakeCounter): { readonly counter: CounterUnderTest; readonly told: string[] } {
  const told: string[] = []
  const tell: OnCountResult = ({ id }, result, moved?: Moved) =>
    void told.push(moved ? `${id} ${moved.verdict} ${moved.from}>${moved.to}` : `${id} ${result}`)
  return { counter: make(tell), told }
}

const fieldsOf = (content: unknown) => Object.fromEntries((content as { hash: [string, string][] }).hash)

export function lifeSuite(make: MakeCounter): void {
  test('a whole life, with everything it leaves', async () => {
    const { counter, told } = judged(make)
    const life = broughtTo(4)
    expect(await counter.apply(life)).toEqual(life.map(() => undefined))
    expect(told).toEqual([
      'A0 movio >Procesando',
      'A1 movio Procesando>Preparación',
      'A2 movio Preparación>Enviado',
      'A3 movio Enviado>Entregado',
      'A4 movio Entregado>Finalizado',
    ])
    const snapshot = await counter.snapshot()
    const ours = Object.fromEntries(
      Object.entries(snapshot).filter(([key]) => /^(historia:)?pedidos?:(A|en|est|tie|ver|cas)/.test(key)),
    )
    const minute = {
      hash: [
        ['60', '1'],
        ['cuenta', '1'],
        ['suma_ms', '60000'],
      ],
    }
    expect(ours).toEqual({
      'pedido:A': {
        hash: Object.entries({
          ...{ ...BARE, precio: '19.5' },
          ...{
            estado: 'Finalizado',
            desde: String(NOW + 240_000),
            version: '1',
            n: '5',
            alcance: '5',
            creado: String(NOW),
          },
        }).sort(([a], [b]) => (a < b ? -1 : 1)),
      },
      'historia:pedido:A': { hash: expect.any(Array) },
      'pedidos:casos': { hash: [['movio', '5']] },
      'pedidos:estados': {
        hash: [
          ['Entregado', '0'],
          ['Enviado', '0'],
          ['Finalizado', '1'],
          ['Preparación', '0'],
          ['Procesando', '0'],
        ],
      },
      'pedidos:tiempo:Entregado': minute,
      'pedidos:tiempo:Enviado': minute,
      'pedidos:tiempo:Preparación': minute,
      'pedidos:tiempo:Procesando': minute,
      'pedidos:versiones': { hash: [['1', '0']] },
    })
    expect(JSON.parse(fieldsOf(snapshot['historia:pedido:A'])[`${SOURCE}#A2`] ?? '')).toEqual({
      ...{
        n: 3,
        caso: 'movio',
        de: 'Preparación',
        a: 'Enviado',
        evento: 'enviar',
        actor: 'sistema',
        time: at(120),
      },
    })
  })

  test('orders that go on are listed by the time they came into their state', async () => {
    const { counter } = judged(make)
    await counter.apply([...broughtTo(1, 'A'), ...broughtTo(1, 'B'), orderOf('c', 'C', 5)])
    await counter.apply([moveOf(9, 'B', 'cancelar', 'persona', 90)])
    const {
      'pedidos:en:Procesando': processing,
      'pedidos:en:Preparación': prepared,
      ...rest
    } = await counter.snapshot()
    expect([processing, prepared]).toEqual([{ ranks: [['C', NOW + 5000]] }, { ranks: [['A', NOW + 60_000]] }])
    expect(Object.keys(rest).filter((key) => key.startsWith('pedidos:en:'))).toEqual([])
    expect(fieldsOf(rest['pedidos:versiones'])).toEqual({ 1: '2' })
    expect(fieldsOf(rest['pedidos:estados'])).toEqual({ Procesando: '1', Preparación: '1', Cancelado: '1' })
  })

  const refusal = (de: string | null, evento: string, permitidos: string[]) => ({ de, evento, permitidos })
  test.each([
    {
      name: 'already in that state',
      steps: 2,
      event: ['enviar', 'persona'],
      told: 'x repetido Enviado>Enviado',
    },
    {
      name: 'the same by an actor who may not',
      steps: 1,
      event: ['preparar', 'transportista'],
      told: 'x repetido Preparación>Preparación',
    },
    {
      name: "the carrier's past event",
      steps: 3,
      event: ['enviar', 'transportista'],
      told: 'x tarde Entregado>Entregado',
    },
    {
      name: "the carrier's past event at the end",
      steps: 4,
      event: ['enviar', 'transportista'],
      told: 'x tarde Finalizado>Finalizado',
    },
    {
      name: "the carrier's event that skips ahead",
      steps: 0,
      event: ['entregar', 'transportista'],
      told: 'x salto Procesando>Entregado',
    },
    {
      name: 'not in the table',
      steps: 0,
      event: ['enviar', 'persona'],
      refused: refusal('Procesando', 'enviar', ['preparar', 'cancelar']),
    },
    {
      name: 'backwards by a person',
      steps: 3,
      event: ['enviar', 'persona'],
      refused: refusal('Entregado', 'enviar', ['finalizar', 'devolver']),
    },
    {
      name: 'from a final state',
      steps: 4,
      event: ['devolver', 'persona'],
      refused: refusal('Finalizado', 'devolver', []),
    },
    {
      name: 'not allowed to that actor',
      steps: 0,
      event: ['cancelar', 'transportista'],
      refused: refusal('Procesando', 'cancelar', []),
    },
    {
      name: 'a version that there is not',
      steps: 0,
      event: ['migrar', 'sistema'],
      refused: refusal('Procesando', 'migrar', ['preparar', 'cancelar']),
    },
  ])('$name', async ({ steps, event: [evento = '', actor], told: expected, refused }) => {
    const { counter, told } = judged(make)
    await counter.apply(broughtTo(steps))
    const before = await counter.snapshot()
    told.length = 0
    const [outcome] = await counter.apply([moveOf('x', 'A', evento, actor, 300)])
    expect(told).toEqual(expected === undefined ? [] : [expected])
    expect(outcome?.code).toBe(refused && 'illegal')
    expect(outcome?.members).toEqual(refused)
    const after = await counter.snapshot()
    if (refused !== undefined) expect(after).toEqual(before)
    else
      expect(fieldsOf(after['historia:pedido:A'])[`${SOURCE}#x`]).toContain(
        `"caso":"${expected?.split(' ')[1]}"`,
      )
  })

  test('a refused event is judged anew when it comes again, and so is one about an unknown order', async () => {
    const { counter, told } = judged(make)
    const [early, unknown] = [moveOf('x', 'A', 'enviar'), moveOf('y', 'B', 'preparar')]
    const first = await counter.apply([orderOf('a', 'A'), early, unknown])
    expect(first.map((outcome) => outcome?.members)).toEqual([
      undefined,
      refusal('Procesando', 'enviar', ['preparar', 'cancelar']),
      refusal(null, 'preparar', []),
    ])
    await counter.apply([moveOf('p', 'A', 'preparar'), orderOf('b', 'B')])
    expect(await counter.apply([early, unknown])).toEqual([undefined, undefined])
    expect(told.slice(-2)).toEqual(['x movio Preparación>Enviado', 'y movio Procesando>Preparación'])
    await counter.apply([early, unknown])
    expect(told.slice(-2)).toEqual(['x duplicate', 'y duplicate'])
  })

  test('what is refused and comes again in its batch may move then, and what comes after it may too', async () => {
    const { counter, told } = judged(make)
    const early = moveOf('x', 'A', 'preparar')
    const outcomes = await counter.apply([early, orderOf('a', 'A'), early, moveOf('y', 'A', 'enviar')])
    expect(outcomes.map((outcome) => outcome?.members.de)).toEqual([null, undefined, undefined, undefined])
    expect(told.slice(-2)).toEqual(['x movio Procesando>Preparación', 'y movio Preparación>Enviado'])
  })

  test('moves of one batch are folded in order, all refusals come at once, and nobody holds up the others', async () => {
    const { counter, told } = judged(make)
    const outcomes = await counter.apply([
      orderOf(1, 'A'),
      moveOf(2, 'A', 'enviar'),
      moveOf(3, 'A', 'preparar', 'persona', 10),
      moveOf(4, 'A', 'enviar', 'persona', 20),
      moveOf(5, 'A', 'preparar', 'persona', 30),
      orderOf(6, 'B'),
      moveOf(7, 'C', 'enviar'),
      moveOf(8, 'B', 'preparar', 'persona', 5),
    ])
    expect(outcomes.map((outcome) => outcome?.members.de)).toEqual([
      ...[undefined, 'Procesando', undefined, undefined, 'Enviado', undefined, null, undefined],
    ])
    expect(told).toEqual([
      '1 movio >Procesando',
      '3 movio Procesando>Preparación',
      '4 movio Preparación>Enviado',
      '6 movio >Procesando',
      '8 movio Procesando>Preparación',
    ])
  })

  test('what was counted before does not disturb how the rest is judged', async () => {
    const { counter, told } = judged(make)
    const life = broughtTo(3)
    await counter.apply(life)
    told.length = 0
    expect(await counter.apply([...life, moveOf('x', 'A', 'finalizar', 'persona', 300)])).toEqual(
      [...life, 1].map(() => undefined),
    )
    expect(told).toEqual([...life.map(({ id }) => `${id} duplicate`), 'x movio Entregado>Finalizado'])
  })

  test('times backwards are taken for 0 and counted; skipped states have none', async () => {
    const { counter } = judged(make)
    await counter.apply([orderOf(1, 'A', 100), moveOf(2, 'A', 'preparar', 'persona', 40)])
    await counter.apply([moveOf(3, 'A', 'entregar', 'transportista', 50)])
    const snapshot = await counter.snapshot()
    expect(fieldsOf(snapshot['pedidos:casos'])).toEqual({ movio: '2', negativo: '1', salto: '1' })
    expect(fieldsOf(snapshot['pedidos:tiempo:Procesando'])).toEqual({ 1: '1', cuenta: '1', suma_ms: '0' })
    expect(fieldsOf(snapshot['pedidos:tiempo:Preparación'])).toEqual({
      10: '1',
      cuenta: '1',
      suma_ms: '10000',
    })
    expect(snapshot['pedidos:tiempo:Enviado']).toBeUndefined()
  })

  test('the same order again is no second one; another one of that name is refused', async () => {
    const { counter, told } = judged(make)
    await counter.apply([orderOf(1, 'A')])
    const [same, other] = await counter.apply([orderOf(2, 'A', 9), orderOf(3, 'A', 9, { precio: 1 })])
    expect([same, other?.members]).toEqual([
      undefined,
      refusal('Procesando', 'crear', ['preparar', 'cancelar']),
    ])
    expect(told.slice(1)).toEqual(['2 repetido Procesando>Procesando'])
  })

  test('what lives by a machine that this build does not have waits for one that has it', async () => {
    const { counter } = judged(make)
    const elder = { ...orderOf(1, 'A'), domain: byOnly(7, orders) }
    await counter.apply([elder])
    const [outcome, other] = await counter.apply([moveOf(2, 'A', 'preparar'), orderOf(3, 'B')])
    expect([outcome?.code, other]).toEqual(['unavailable', undefined])
    expect(await counter.apply([{ ...moveOf(2, 'A', 'preparar'), domain: byOnly(7, orderEvents) }])).toEqual([
      undefined,
    ])
  })
}
