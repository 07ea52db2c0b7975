/** A catalogue as the console's contract has it, for pages that are tested without the system. */
import * as z from 'zod'
import { sales as saleDomain } from '../../_core/domains/sales.ts'
import { Catalogue, type DomainInfo, type Figure } from '../api.ts'

const CATEGORIES = ['desconocida', 'electronica', 'ropa', 'hogar', 'belleza']

const queries = (command: string, path: string): Figure['queries'] => [
  { tool: 'valkey-cli', text: `valkey-cli ${command}` },
  { tool: 'http', text: `curl -s http://127.0.0.1:8083${path}` },
]

const series = (key: string, bucketSeconds: number): Figure => ({
  kind: 'series',
  id: key,
  key,
  bucketSeconds,
  keepSeconds: 7200,
  queries: queries(`HGETALL ${key}:0`, `/api/boards/x/series/${key}`),
})

const ranking = (key: string, member: string[], by: string | null, label?: string): Figure => ({
  kind: 'ranking',
  id: label === undefined ? key : `${key}.${label}`,
  key: label === undefined ? key : `${key}:${label}`,
  member,
  by,
  group: label === undefined ? null : { field: 'categoria', label },
  queries: queries(`ZREVRANGE ${key} 0 9 WITHSCORES`, `/api/boards/x/rankings/${key}`),
})

const extreme = (which: 'max' | 'min'): Figure => ({
  kind: 'extreme',
  id: `ventas:global:precio_${which}`,
  key: `ventas:global:precio_${which}`,
  which,
  of: 'precio',
  queries: queries(`GET ventas:global:precio_${which}`, '/api/boards/sales'),
})

const history = (key: string, per: string[]): Figure => ({
  kind: 'history',
  id: key,
  key,
  of: 'precio',
  per,
  keep: 20,
  queries: queries(`ZRANGE ${key} 0 -1 WITHSCORES`, `/api/boards/sales/histories/${key}`),
})

const sales: DomainInfo = {
  name: 'sales',
  title: 'Sale',
  words: structuredClone(saleDomain.words ?? null),
  type: 'com.blackfriday.venta.v1',
  topic: 'ventas-blackfriday',
  keyField: 'producto_id',
  fields: [
    { name: 'categoria', type: 'enum', labels: CATEGORIES },
    { name: 'producto_id', type: 'text', maxLength: 128 },
    { name: 'precio', type: 'number', minimum: 0, maximum: 1e9 },
    { name: 'cantidad_vendida', type: 'integer', minimum: 1, maximum: 2 ** 31 - 1 },
  ],
  figures: [
    {
      kind: 'breakdown',
      id: 'stats:conteo',
      key: 'stats:conteo',
      by: 'categoria',
      isEnum: true,
      measures: [
        { name: 'precio', of: 'precio', unit: 'cents', key: 'stats:precio:suma' },
        { name: 'cantidad_vendida', of: 'cantidad_vendida', unit: 'count', key: 'stats:cantidad:suma' },
        {
          name: 'precio × cantidad_vendida',
          of: 'precio',
          times: 'cantidad_vendida',
          unit: 'cents',
          key: 'stats:ingresos:suma',
        },
      ],
      queries: queries('HGETALL stats:conteo', '/api/boards/sales'),
    },
    ranking('ranking:global', ['producto_id'], 'cantidad_vendida'),
    ...CATEGORIES.map((label) => ranking('ranking', ['producto_id'], 'cantidad_vendida', label)),
    extreme('max'),
    extreme('min'),
    history('history', ['categoria', 'producto_id']),
    history('historial:precio', ['categoria']),
    series('series:ventas:segundo', 1),
    series('series:ventas:minuto', 60),
    {
      kind: 'log',
      id: 'log',
      key: 'ventas:log',
      keep: 1000,
      queries: queries('XREVRANGE ventas:log + - COUNT 10', '/api/events'),
    },
  ],
  schema: z.toJSONSchema(z.object({ categoria: z.union([z.string(), z.int()]), producto_id: z.string() })),
  hasLives: false,
  examples: [{ categoria: 1, producto_id: 'P1', precio: 40.5, cantidad_vendida: 3 }],
}

const votes: DomainInfo = {
  name: 'votes',
  title: 'Vote',
  words: null,
  type: 'com.bandas.voto.v1',
  topic: 'votos',
  keyField: 'name',
  fields: [
    { name: 'name', type: 'text', maxLength: 128 },
    { name: 'album', type: 'text', maxLength: 128 },
    { name: 'year', type: 'integer', minimum: 1900, maximum: 2100 },
    { name: 'rank', type: 'integer', minimum: 1, maximum: 1000 },
  ],
  figures: [
    {
      kind: 'total',
      id: 'votos:total',
      key: 'votos:total',
      queries: queries('GET votos:total', '/api/boards/votes'),
    },
    ranking('votos:banda', ['name'], null),
    ranking('votos:album', ['name', 'album'], null),
    {
      kind: 'breakdown',
      id: 'votos:rank:conteo',
      key: 'votos:rank:conteo',
      by: 'name',
      isEnum: false,
      measures: [{ name: 'rank', of: 'rank', unit: 'count', key: 'votos:rank:suma' }],
      queries: queries('HGETALL votos:rank:conteo', '/api/boards/votes'),
    },
    {
      kind: 'log',
      id: 'log',
      key: 'votos:log',
      keep: 1000,
      queries: queries('XREVRANGE votos:log + - COUNT 10', '/api/events'),
    },
    series('series:votos:segundo', 1),
    series('series:votos:minuto', 60),
  ],
  schema: z.toJSONSchema(z.object({ name: z.string() })),
  hasLives: false,
  examples: [{ name: 'Los Prisioneros', album: 'Corazones', year: 1990, rank: 1 }],
}

export const catalogue: Catalogue = Catalogue.parse({
  domains: [sales, votes],
  tickMs: 500,
  staleMs: 5000,
  grafanaUrl: null,
})
