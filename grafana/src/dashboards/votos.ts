/** The band contest: who leads, how bands are ranked, and the newest votes. */
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { votes } from '../../../functions/_core/domains/votes.ts'
import { COUNTERS } from '../../../functions/_core/metrics.ts'
import { board, withRows } from '../board.ts'
import { DOMAIN, perSecond } from '../metrics.ts'
import { barChart, bars, lines, PROMETHEUS, promql, stat, table, VALKEY } from '../panels.ts'
import { redis, top } from '../redis/query.ts'
import { averages } from '../transformations.ts'

/** Members of a ranking that fit into a panel. */
const RANKED = 12
/** Entries of the log that are shown; the stream keeps 1,000. */
const LOGGED = 200
const SECONDS_A_MINUTE = 60
const counted = `${COUNTERS.counted.name}{${DOMAIN}="${votes.name}"}`

export function votos(): DashboardBuilder {
  const built = board({
    uid: 'caudal-votos',
    title: 'Votos',
    description: 'The band contest. Every figure is exact: each vote is counted once.',
    sources: ['valkey', 'prometheus'],
  })
  return withRows(built, [
    ['At a glance', [total(), leader(), pace()]],
    ['Rankings', [bands(), albums(), averageRank()]],
    ['Log', [log()]],
  ])
}

const total = () =>
  stat({
    title: 'Votes',
    description: 'Votes counted since the data began: votos:total.',
    unit: 'short',
    source: VALKEY,
    targets: [redis('A', { command: 'get', keyName: 'votos:total' })],
    width: 5,
    height: 7,
  })

const leader = () =>
  stat({
    title: 'Leader',
    description: 'The band with the most votes, and how many: the last of votos:banda.',
    unit: 'short',
    source: VALKEY,
    targets: [redis('A', { command: 'zrange', keyName: 'votos:banda', min: '-1', max: '-1' })],
    named: true,
    width: 7,
    height: 7,
  })

const pace = () =>
  lines({
    title: 'Votes a minute',
    description: 'Votes counted a minute. A gap is a time without metrics, not without votes.',
    unit: 'short',
    source: PROMETHEUS,
    targets: [promql('A', `${perSecond(counted)} * ${SECONDS_A_MINUTE}`, 'votes a minute')],
    width: 12,
    height: 7,
  })

const bands = () =>
  bars({
    title: 'Bands',
    description: 'Bands by votes: votos:banda.',
    unit: 'short',
    source: VALKEY,
    targets: [top('A', 'votos:banda', RANKED)],
    width: 8,
    height: 10,
  })

const albums = () =>
  bars({
    title: 'Albums',
    description: 'Albums by votes, as <band>/<album>: votos:album. A / in the name of a band is %2F.',
    unit: 'short',
    source: VALKEY,
    targets: [top('A', 'votos:album', RANKED)],
    width: 8,
    height: 10,
  })

const averageRank = () =>
  barChart({
    title: 'Average rank',
    description: 'The rank that voters gave, on average; 1 is best: votos:rank:suma / votos:rank:conteo.',
    unit: 'short',
    decimals: 2,
    source: VALKEY,
    targets: [
      redis('A', { command: 'hgetall', keyName: 'votos:rank:suma' }),
      redis('B', { command: 'hgetall', keyName: 'votos:rank:conteo' }),
    ],
    transformations: averages('Band', 'Average rank'),
    by: 'Band',
    width: 8,
    height: 10,
  })

const log = () =>
  table({
    title: 'Newest votes',
    description: `The newest ${LOGGED} votes of the time range, newest first: votos:log.`,
    unit: 'none',
    source: VALKEY,
    targets: [redis('A', { command: 'xrevrange', keyName: 'votos:log', count: LOGGED })],
    transformations: [
      {
        id: 'organize',
        options: {
          excludeByName: { $streamId: true, source: true },
          indexByName: { $time: 0, name: 1, album: 2, year: 3, rank: 4, id: 5 },
          renameByName: {
            $time: 'Counted',
            name: 'Band',
            album: 'Album',
            year: 'Year',
            rank: 'Rank',
            id: 'Id',
            time: 'Voted',
          },
        },
      },
    ],
    width: 24,
    height: 12,
  })
