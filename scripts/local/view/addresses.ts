/** What a person needs to reach what runs. */
import type { Domain } from '../../../functions/_core/domain.ts'
import { ENDPOINTS, FOLLOWERS } from '../../../functions/_core/topology.ts'
import type { StartSettings } from '../env.ts'
import type { System } from '../system.ts'

export function addressesOf(
  { servers, functions }: System,
  settings: StartSettings,
  source: string,
  hasInbox: boolean,
): string {
  const at = new Map(functions.map(({ name, url }) => [name, url]))
  const rows = [
    ...ENDPOINTS.filter((name) => name !== 'publisher').map((name) => [name, at.get(name)]),
    ['publisher', `127.0.0.1:${settings.PUBLISHER_PORT} (gRPC), ${at.get('publisher')} (health, metrics)`],
    ['aggregator', at.get('aggregator')],
    ['console', `${at.get('console')}/  ← look here`],
    ...FOLLOWERS.filter((name) => at.has(name)).map((name) => [name, at.get(name)]),
    ...(hasInbox ? [['inbox', `http://127.0.0.1:${settings.INBOX_PORT}/  ← mails`]] : []),
    ['source', source],
    ['kafka', servers.brokers],
    ['valkey', withoutPassword(servers.valkeyUrl)],
    ['logs', `${settings.CAUDAL_DATA}/logs`],
  ]
  return rows.map(([name = '', address]) => `  ${name.padEnd(12)}${address}`).join('\n')
}

/** A request to paste into a shell, and where its effect is seen. */
export function requestToPaste(
  { servers }: System,
  settings: StartSettings,
  domains: readonly Domain[],
): string {
  const curls = domains.flatMap(({ routes: [route], examples: [example] }) =>
    route === undefined || example === undefined
      ? []
      : [
          `  curl -i http://127.0.0.1:${settings.INGEST_PORT}${route.path} -H 'Content-Type: application/json' \\`,
          `    -d '${JSON.stringify(example.sent).replaceAll("'", "'\\''")}'`,
        ],
  )
  const { host } = new URL(servers.valkeyUrl)
  const [name, port] = host.split(':')
  return [
    'Send something:',
    ...curls,
    'Totals are shown here, and kept in Valkey:',
    ...domains.map(
      (domain) =>
        `  valkey-cli -h ${name} -p ${port ?? 6379} ${totalCommand(domain, settings.VALKEY_PREFIX)}`,
    ),
    'Ctrl-C ends it.',
  ].join('\n')
}

/** Reads the first plain counter of a domain, for the first label where it has one for each. */
function totalCommand({ effects, fields }: Domain, prefix: string): string {
  for (const effect of effects) {
    if (effect.op !== 'count' || effect.field !== undefined) continue
    const labels = (effect.per ?? []).map((of) => fields.find(({ name }) => name === of)?.labels?.[1] ?? '')
    return `GET ${prefix}${[effect.key, ...labels].join(':')}`
  }
  return 'HGETALL caudal:stats'
}

function withoutPassword(url: string): string {
  const shown = new URL(url)
  if (shown.password !== '') shown.password = '***'
  return shown.href
}
