import { expect, it } from 'vitest'
import type { Lives } from '../../../api.ts'
import { pictureOf } from './layout-machine.ts'

const state = (estado: string, final = false): Lives['estados'][number] => ({
  ...{ estado, final, ahora: 0, salieron: 0, promedioS: null, p50S: null, p95S: null },
})
const lives: Lives = {
  asOfMs: 0,
  queries: [],
  version: 1,
  linea: ['A', 'B', 'C'],
  movimientos: [
    { evento: 'b', de: ['A'], a: 'B', actores: [] },
    { evento: 'c', de: ['B'], a: 'C', actores: [] },
    { evento: 'x', de: ['A', 'B'], a: 'X', actores: [] },
  ],
  estados: [state('A'), state('B'), state('C', true), state('X', true)],
  casos: {},
  detenidos: [],
}

it('the usual way is a row from left to right, what leaves it stands below', () => {
  const { boxes, arrows, width, height } = pictureOf(lives)
  const at = new Map(boxes.map((box) => [box.state, box]))
  const xs = ['A', 'X', 'B', 'C'].map((name) => at.get(name)?.x ?? Number.NaN)
  expect(xs).toEqual(xs.toSorted((one, other) => one - other))
  expect(at.get('X')?.y).toBeGreaterThan(at.get('B')?.y ?? 0)
  expect(boxes.filter(({ isFinal }) => isFinal).map((box) => box.state)).toEqual(['C', 'X'])
  expect(arrows.map(({ event, from, to }) => `${from.state} ${event} ${to.state}`)).toEqual([
    'A b B',
    'B c C',
    'A x X',
    'B x X',
  ])
  for (const { x, y } of boxes) expect([x < width, y < height]).toEqual([true, true])
})
