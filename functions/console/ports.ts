/** What the handler stands on, put together from the servers that main.ts has connected. */
import type { HttpPorts } from '../_adapters/http/app.ts'
import type { Scraper } from '../_adapters/http/scrape.ts'
import type { LogPositions } from '../_adapters/kafka/positions.ts'
import type { ReadClient } from '../_adapters/valkey/asking.ts'
import type { Domain } from '../_core/domain.ts'
import { type AddressSettings, addressesOf } from './addresses.ts'
import { catalogueOf } from './catalogue.ts'
import type { ConsolePorts } from './handler.ts'
import { POSITIONS_MS } from './limits.ts'
import { Live } from './live.ts'
import { reader } from './reading.ts'
import { pipelineWatch } from './steps/pipeline.ts'
import { polled } from './steps/poll.ts'
import { UNKNOWN_PROOF } from './unknown.ts'

export interface ConsoleSettings extends AddressSettings {
  readonly SCRAPE_URLS: Readonly<Record<string, string>>
  readonly GRAFANA_URL?: string | undefined
}

export interface Servers {
  readonly valkey: ReadClient
  readonly positions: Pick<LogPositions, 'read'>
  readonly scraper: Pick<Scraper, 'scrape'>
}

export interface Parts extends HttpPorts {
  readonly env: ConsoleSettings
  readonly domains: readonly Domain[]
  readonly servers: Servers
  readonly tickMs?: number
}

export function consolePorts({ env, domains, servers, tickMs, ...http }: Parts): ConsolePorts {
  const clock = Date.now
  const source = { client: servers.valkey, domains, prefix: env.VALKEY_PREFIX, clock }
  const positions = polled(servers.positions.read, POSITIONS_MS, clock)
  const pipeline = pipelineWatch({
    scraper: servers.scraper,
    scrapeUrls: env.SCRAPE_URLS,
    positions,
    valkeyProblem: () => live.problem,
    clock,
  })
  const proof = () => UNKNOWN_PROOF
  const live = new Live({
    read: reader(source),
    pipeline,
    proof,
    clock,
    log: http.log,
    ...(tickMs !== undefined && { tickMs }),
  })
  const addresses = addressesOf(env)
  const catalogue = catalogueOf(domains, { addresses, grafanaUrl: env.GRAFANA_URL ?? null })
  return { ...http, source, live, catalogue, addresses, pipeline, proof }
}
