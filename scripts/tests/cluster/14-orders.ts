/** Orders: by the ingress into Kafka, in order to Valkey, moved by the carrier to their end, and mailed by a notifier that sleeps. */
import { describe, expect, test } from 'vitest'
import { send } from '../../deploy/http.ts'
import { deployNow, functionPods, hostOf, ingress, until } from './context.ts'

const DEADLINE_MS = 180_000
const ORDERS = 20
const CARRIER = 'knative/components/carrier'
const ORDER = { nombre_producto: 'Mesa', precio: 19.99, correo: 'ana@example.com' }
/** Its four moves after the birth. */
const LIFE = ['preparar', 'enviar', 'entregar', 'finalizar']

interface Seen {
  readonly estado: string
  readonly historia: readonly { readonly caso: string; readonly evento: string }[]
  readonly rechazados: readonly { readonly evento: string; readonly permitidos: readonly string[] }[]
}

const name = (what: string): string => `${what}-${process.pid}`

async function post(path: string, body: object): Promise<number> {
  const headers = { host: await hostOf('ingest'), 'content-type': 'application/json' }
  const request = { method: 'POST', headers, body: JSON.stringify(body), timeoutMs: DEADLINE_MS } as const
  return (await send(ingress + path, request)).status
}

async function orderOf(id: string): Promise<Seen | undefined> {
  const headers = { host: await hostOf('console') }
  const { status, body } = await send(`${ingress}/pedidos/${id}`, { headers, timeoutMs: DEADLINE_MS })
  return status === 200 ? JSON.parse(body) : undefined
}

const untilState = (id: string, state: string): Promise<Seen> =>
  until(`${id} is ${state}`, DEADLINE_MS, async () => {
    const seen = await orderOf(id)
    return seen?.estado === state && seen
  })

describe('orders', () => {
  test('the notifier sleeps until the first order', async () => {
    await until(
      'the notifier has no pod',
      DEADLINE_MS,
      async () => (await functionPods('notifier')).length === 0,
    )
    expect(await post('/pedidos', { ...ORDER, id: name('despierta') })).toBe(200)
    await until(
      'the notifier has one',
      DEADLINE_MS,
      async () => (await functionPods('notifier')).length === 1,
    )
  })

  test('moves that are sent at once are applied in their order, what is not allowed is refused', async () => {
    const id = name('vida')
    expect(await post('/pedidos', { ...ORDER, id })).toBe(200)
    for (const evento of LIFE)
      expect(await post(`/pedidos/${id}/eventos`, { evento, actor: 'sistema' })).toBe(200)
    const { historia } = await untilState(id, 'Finalizado')
    expect(historia.map(({ caso, evento }) => [caso, evento])).toEqual(
      ['crear', ...LIFE].map((evento) => ['movio', evento]),
    )
    expect(await post(`/pedidos/${id}/eventos`, { evento: 'cancelar' })).toBe(200)
    const refused = await until('the move is refused', DEADLINE_MS, async () => {
      const seen = await orderOf(id)
      return seen !== undefined && seen.rechazados.length > 0 && seen
    })
    expect([refused.estado, refused.rechazados]).toEqual([
      'Finalizado',
      [expect.objectContaining({ evento: 'cancelar', permitidos: [] })],
    ])
  })

  test('the carrier brings them to their end', async () => {
    const { all, exitCode } = await deployNow('--component', CARRIER)
    expect(exitCode, all).toBe(0)
    const ids = Array.from({ length: ORDERS }, (_, at) => name(`transporte-${at}`))
    expect(
      await post(
        '/pedidos',
        ids.map((id) => ({ ...ORDER, id })),
      ),
    ).toBe(200)
    const lives = await Promise.all(ids.map((id) => untilState(id, 'Finalizado')))
    for (const { historia } of lives) expect(historia).toHaveLength(LIFE.length + 1)
  })
})
