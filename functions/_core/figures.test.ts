import { describe, expect, it } from 'vitest'
import { domains } from './domains/index.ts'
import { figuresOf } from './figures.ts'

const [sales, votes] = domains
if (sales === undefined || votes === undefined) throw new Error('two domains are needed')

const shown = (domain: typeof sales) =>
  figuresOf(domain).map(({ id, kind, ...rest }) => [
    kind,
    id,
    'measures' in rest ? rest.measures.map(({ name, unit }) => `${name} (${unit})`).join(', ') : '',
  ])

describe('figures', () => {
  it('are told from the effects of sales', () => {
    expect(shown(sales)).toEqual([
      ['breakdown', 'reportes.total', ''],
      [
        'breakdown',
        'stats.conteo',
        'precio (cents), cantidad_vendida (count), precio × cantidad_vendida (cents)',
      ],
      ['ranking', 'ranking.global', ''],
      ...['desconocida', 'electronica', 'ropa', 'hogar', 'belleza'].map((label) => [
        'ranking',
        `ranking.${label}`,
        '',
      ]),
      ['extreme', 'ventas.global.precio_max', ''],
      ['extreme', 'ventas.global.precio_min', ''],
      ['history', 'history', ''],
      ['history', 'historial.precio', ''],
      ...shown(sales).filter(([kind]) => kind === 'log'),
      ['series', 'series.ventas.segundo', ''],
      ['series', 'series.ventas.minuto', ''],
    ])
  })

  it('are told from the effects of votes', () => {
    expect(shown(votes)).toEqual([
      ['total', 'votos.total', ''],
      ['ranking', 'votos.banda', ''],
      ['ranking', 'votos.album', ''],
      ['breakdown', 'votos.rank.conteo', 'rank (count)'],
      ['log', 'votos.log', ''],
      ['series', 'series.votos.segundo', ''],
      ['series', 'series.votos.minuto', ''],
    ])
    expect(figuresOf(votes).find(({ kind }) => kind === 'breakdown')).toMatchObject({
      by: 'name',
      isEnum: false,
      labelsFrom: 'votos:banda',
    })
  })

  it.each(domains)('of $name have ids of their own, fit for a path', (domain) => {
    const ids = figuresOf(domain).map(({ id }) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => encodeURIComponent(id) !== id)).toEqual([])
  })

  it('of a sum alone, and of keys that nobody can list', () => {
    const domain = {
      ...votes,
      effects: [
        { op: 'sum', key: 's', field: 'name', of: 'rank' },
        { op: 'count', key: 'c', per: ['name'] },
        { op: 'rank', key: 'r', per: ['name'], member: ['album'] },
      ] as const,
    }
    expect(shown(domain)).toEqual([['breakdown', 's', 'rank (count)']])
  })
})
