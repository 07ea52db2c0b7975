/** Votes of the band contest. Numbers may come as strings: the contest's form sends them so. */
import { type Domain, JSON_ENDPOINTS } from '../domain.ts'
import { integerOrText, text } from '../fields.ts'
import { type VoteRequest, VoteServiceDefinition } from '../gen/bandas.ts'
import type { EventContext } from '../gen/common.ts'
import { votesWords } from './votes-words.ts'

const { votar, votarLote } = VoteServiceDefinition.methods

const vote = (change: Record<string, unknown>) => ({
  name: 'Los Prisioneros',
  album: 'Corazones',
  year: 1990,
  rank: 1,
  ...change,
})

export const votes: Domain = {
  name: 'votes',
  title: 'Vote',
  words: votesWords,
  type: 'com.bandas.voto.v1',
  topic: 'votos',
  key: 'name',
  fields: [
    { name: 'name', schema: text, absent: '' },
    { name: 'album', schema: text, absent: '' },
    { name: 'year', schema: integerOrText(1900, 2100), absent: 0 },
    { name: 'rank', schema: integerOrText(1, 1000), absent: 0 },
  ],
  routes: [{ path: '/voto', bulk: true }],
  grpc: { fullName: VoteServiceDefinition.fullName, one: votar, batch: votarLote, items: 'votos' },
  toMessage: (value, contexto: EventContext | undefined): VoteRequest => ({
    name: String(value.name),
    album: String(value.album),
    year: Number(value.year),
    rank: Number(value.rank),
    contexto,
  }),
  fromMessage: ({ name, album, year, rank }: VoteRequest) => ({ name, album, year, rank }),
  effects: [
    { op: 'count', key: 'votos:total' },
    { op: 'rank', key: 'votos:banda', member: ['name'] },
    { op: 'rank', key: 'votos:album', member: ['name', 'album'] },
    { op: 'sum', key: 'votos:rank:suma', field: 'name', of: 'rank' },
    { op: 'count', key: 'votos:rank:conteo', field: 'name' },
    { op: 'log', key: 'votos:log', keep: 1000 },
    { op: 'series', key: 'series:votos:segundo', bucketSeconds: 1, spanSeconds: 3600, keepSeconds: 2 * 3600 },
    {
      op: 'series',
      key: 'series:votos:minuto',
      bucketSeconds: 60,
      spanSeconds: 86_400,
      keepSeconds: 8 * 86_400,
    },
  ],
  examples: [
    { sent: vote({}), stored: { name: 'Los Prisioneros', album: 'Corazones', year: 1990, rank: 1 } },
    {
      sent: vote({ name: 'Café Tacvba', album: 'Re', year: '1994', rank: '10' }),
      stored: { name: 'Café Tacvba', album: 'Re', year: 1994, rank: 10 },
      endpoints: JSON_ENDPOINTS,
    },
  ],
  rejects: [
    { sent: vote({ name: '  ' }), field: 'name', why: 'a blank band' },
    { sent: vote({ album: 'x'.repeat(129) }), field: 'album', why: 'an album of 129 characters' },
    { sent: vote({ year: 1899 }), field: 'year', why: 'a year before 1900' },
    { sent: vote({ year: 2101 }), field: 'year', why: 'a year after 2100' },
    { sent: vote({ year: 'nunca' }), field: 'year', why: 'no digits', endpoints: JSON_ENDPOINTS },
    { sent: vote({ rank: 0 }), field: 'rank', why: 'rank 0' },
    { sent: vote({ rank: 1001 }), field: 'rank', why: 'rank 1001' },
    { sent: vote({ rank: true }), field: 'rank', why: 'a boolean', endpoints: JSON_ENDPOINTS },
    { sent: { name: 'Aterciopelados', year: 1995, rank: 2 }, field: 'album', why: 'a missing album' },
  ],
}
