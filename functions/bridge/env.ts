/** Settings of the bridge. */
import * as z from 'zod'
import { domains } from '../_core/domains/index.ts'
import { localAddress, PORTS } from '../_core/topology.ts'
import {
  commonSettings,
  endpointSettings,
  hostPort,
  parseSettings,
  port,
  withTopics,
} from '../_runtime/settings.ts'

const shape = {
  ...commonSettings,
  ...endpointSettings,
  /** Where to listen when PORT is not set. */
  BRIDGE_PORT: port(PORTS.BRIDGE_PORT),
  /** The next step. */
  PUBLISHER_ADDR: hostPort(localAddress('PUBLISHER_PORT')),
  /** Connections to the publisher that calls go round. */
  PUBLISHER_CHANNELS: z.coerce.number().int().min(1).max(64).default(2),
}

export const settings = () => parseSettings(shape, process.env, { PUBLISHER_ADDR: ['GRPC_SERVER_ADDR'] })
export const knownDomains = () => withTopics(domains, process.env)
