/** Line charts under one another on a common x axis, as SVG. */

export interface Panel {
  readonly title: string
  readonly lines: readonly { readonly name: string; readonly y: readonly number[] }[]
}

const WIDTH = 800
const HEIGHT = 150
const LEFT = 60
const TOP = 24
const GAP = 20
const COLOURS = ['#0b6e99', '#d9730d', '#0f7b6c', '#ad1a72']

/** @param x seconds, shared by all panels */
export function plot(x: readonly number[], panels: readonly Panel[]): string {
  const last = x.at(-1) || 1
  const parts = panels.map((panel, index) => drawPanel(x, last, panel, index * (HEIGHT + TOP + GAP)))
  const height = panels.length * (HEIGHT + TOP + GAP) + GAP
  const axis = `<text x="${LEFT + WIDTH}" y="${height - 6}" text-anchor="end">0 to ${last} s</text>`
  const style = 'font-family="sans-serif" font-size="12"'
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + WIDTH + GAP}" height="${height}" ${style}><rect width="100%" height="100%" fill="white"/>${parts.join('')}${axis}</svg>\n`
}

function drawPanel(x: readonly number[], last: number, { title, lines }: Panel, top: number): string {
  const finite = lines.flatMap(({ y }) => y).filter(Number.isFinite)
  const most = Math.max(1, ...finite)
  const point = (second: number, value: number): string =>
    `${(LEFT + (second / last) * WIDTH).toFixed(1)},${(top + TOP + HEIGHT - (value / most) * HEIGHT).toFixed(1)}`
  const drawn = lines.map(({ name, y }, index) => {
    const colour = COLOURS[index % COLOURS.length]
    const points = x.flatMap((second, i) => {
      const value = y[i]
      return value !== undefined && Number.isFinite(value) ? [point(second, value)] : []
    })
    const label = `<text x="${LEFT + 140 + index * 110}" y="${top + 16}" fill="${colour}">${name}</text>`
    return `<polyline fill="none" stroke="${colour}" stroke-width="1.5" points="${points.join(' ')}"/>${label}`
  })
  const frame = `<rect x="${LEFT}" y="${top + TOP}" width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#ccc"/>`
  const scale = `<text x="${LEFT - 6}" y="${top + TOP + 10}" text-anchor="end">${most.toFixed(0)}</text>`
  return `${frame}<text x="${LEFT}" y="${top + 16}" font-weight="bold">${title}</text>${scale}${drawn.join('')}`
}
