/** Settings of the bridge. */
import * as z from 'zod'
import { domains } from '../_core/domains/index.ts'
import { commonSettings, hostPort, parseSettings, port, withTopics } from '../_runtime/settings.ts'

const shape = {
  ...commonSettings,
  /** Where to listen when PORT is not set. */
  BRIDGE_PORT: port(8081),
  /** The next step. */
  PUBLISHER_ADDR: hostPort('127.0.0.1:50051'),
  /** Connections to the publisher that calls go round. */
  PUBLISHER_CHANNELS: z.coerce.number().int().min(1).max(64).default(2),
}

export const settings = () => parseSettings(shape, process.env, { PUBLISHER_ADDR: ['GRPC_SERVER_ADDR'] })
export const knownDomains = () => withTopics(domains, process.env)
