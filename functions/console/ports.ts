/** What the handler stands on, put together from the servers that main.ts has connected. */
import type { HttpPorts } from '../_adapters/http/app.ts'
import type { Scraper } from '../_adapters/http/scrape.ts'
import type { LogPositions } from '../_adapters/kafka/positions.ts'
import { accountReader } from '../_adapters/valkey/accounts/reader.ts'
import type { ReadClient } from '../_adapters/valkey/asking.ts'
import type { Domain } from '../_core/domain.ts'
import { type AddressSettings, addressesOf } from './addresses.ts'
import { catalogueOf } from './catalogue.ts'
import type { ConsolePorts } from './handler.ts'
import { POSITIONS_MS, STALE_MS } from './limits.ts'
import { Live } from './live.ts'
import { observeLives } from './lives-metrics.ts'
import { observeProof } from './proof/metrics.ts'
import { evidenceOf } from './proof/proof.ts'
import { proofOf } from './proof/state.ts'
import { reader } from './reading.ts'
import type { Sender, Targets } from './send/endpoints.ts'
import { pipelineWatch } from './steps/pipeline.ts'
import { polled } from './steps/poll.ts'

export interface ConsoleSettings extends AddressSettings {
  readonly SCRAPE_URLS: Readonly<Record<string, string>>
  readonly GRAFANA_URL?: string | undefined
  readonly SEND_TARGETS: Targets
  readonly CONSUMER_GROUPS: Readonly<Record<string, string>>
}

export interface Servers {
  readonly valkey: ReadClient
  readonly positions: Pick<LogPositions, 'read'>
  readonly scraper: Pick<Scraper, 'scrape'>
  readonly sender: Sender
}

export interface Parts extends HttpPorts {
  readonly env: ConsoleSettings
  readonly domains: readonly Domain[]
  readonly servers: Servers
  readonly tickMs?: number
}

/** The group that reads a topic. */
export const groupsIn =
  ({ CONSUMER_GROUPS }: Pick<ConsoleSettings, 'CONSUMER_GROUPS'>) =>
  (topic: string): string =>
    CONSUMER_GROUPS[topic] ?? CONSUMER_GROUPS['*'] ?? ''

export function consolePorts({ env, domains, servers, tickMs, ...http }: Parts): ConsolePorts {
  const clock = Date.now
  const source = { client: servers.valkey, domains, prefix: env.VALKEY_PREFIX, clock }
  const accounts = accountReader(servers.valkey, env.VALKEY_PREFIX)
  const evidence = polled(() => evidenceOf(servers.positions, accounts, clock), POSITIONS_MS, clock)
  observeProof(evidence, domains, http.metrics, clock)
  observeLives(servers.valkey, domains, env.VALKEY_PREFIX, http.metrics, clock)
  const addresses = addressesOf(env)
  const pipeline = pipelineWatch({
    scraper: servers.scraper,
    scrapeUrls: env.SCRAPE_URLS,
    positions: () => {
      const { value, ...rest } = evidence()
      return { value: value?.positions, ...rest }
    },
    valkeyProblem: () => live.problem,
    clock,
  })
  const boards = () => live.known
  const proof = proofOf({ domains, evidence, boards, addresses, groupOf: groupsIn(env), clock })
  const live = new Live({
    read: reader(source),
    pipeline,
    proof,
    clock,
    log: http.log,
    ...(tickMs !== undefined && { tickMs }),
  })
  const catalogue = catalogueOf(domains, { addresses, grafanaUrl: env.GRAFANA_URL ?? null })
  const fresh = () => evidence.upTo(STALE_MS)
  const send = { targets: env.SEND_TARGETS, sender: servers.sender }
  return { ...http, source, live, catalogue, addresses, pipeline, proof, fresh, send }
}
