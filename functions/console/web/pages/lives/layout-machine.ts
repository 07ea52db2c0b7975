/** Where the states of a life's machine stand in its picture: the usual way in a row, the others below what leads to them. */
import type { Lives } from '../../../api.ts'

export interface Box {
  readonly state: string
  /** Its middle. */
  readonly x: number
  readonly y: number
  readonly isFinal: boolean
}

export interface Arrow {
  readonly event: string
  readonly from: Box
  readonly to: Box
}

export const BOX = { width: 112, height: 34 } as const
const STEP = 176
const ROW = 112
const MARGIN = 70

export interface Picture {
  readonly width: number
  readonly height: number
  readonly boxes: readonly Box[]
  readonly arrows: readonly Arrow[]
}

export function pictureOf({ linea, movimientos, estados }: Lives): Picture {
  const finals = new Set(estados.filter(({ final }) => final).map(({ estado }) => estado))
  const boxes = new Map<string, Box>()
  const put = (state: string, x: number, y: number): void => {
    boxes.set(state, { state, x, y, isFinal: finals.has(state) })
  }
  linea.forEach((state, at) => {
    put(state, MARGIN + at * STEP, BOX.height)
  })
  for (const { de, a } of movimientos) {
    if (boxes.has(a)) continue
    const xs = de.flatMap((state) => boxes.get(state)?.x ?? [])
    put(a, xs.reduce((sum, x) => sum + x, 0) / Math.max(1, xs.length), BOX.height + ROW)
  }
  const arrows = movimientos.flatMap(({ evento, de, a }) =>
    de.flatMap((state) => {
      const [from, to] = [boxes.get(state), boxes.get(a)]
      return from === undefined || to === undefined ? [] : [{ event: evento, from, to }]
    }),
  )
  const width = 2 * MARGIN + (linea.length - 1) * STEP
  return { width, height: 2 * BOX.height + ROW, boxes: [...boxes.values()], arrows }
}
