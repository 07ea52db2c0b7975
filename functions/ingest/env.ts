/** Settings of ingest. */
import { domains } from '../_core/domains/index.ts'
import { localAddress, PORTS } from '../_core/topology.ts'
import {
  commonSettings,
  endpointSettings,
  httpUrl,
  list,
  parseSettings,
  port,
  withTopics,
} from '../_runtime/settings.ts'

const shape = {
  ...commonSettings,
  ...endpointSettings,
  /** Where to listen when PORT is not set. */
  INGEST_PORT: port(PORTS.INGEST_PORT),
  /** The next step. */
  BRIDGE_URL: httpUrl(`http://${localAddress('BRIDGE_PORT')}`),
  /** DNS names of CloudEvents senders that may deliver after their handshake; `*` for all. */
  WEBHOOK_ORIGINS: list(),
}

export const settings = () => parseSettings(shape, process.env, { BRIDGE_URL: ['GO_SERVICE_URL'] })
export const knownDomains = () => withTopics(domains, process.env)
