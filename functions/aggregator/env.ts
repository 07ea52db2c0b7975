/** Settings of the aggregator. */
import * as z from 'zod'
import { domains } from '../_core/domains/index.ts'
import { PORTS } from '../_core/topology.ts'
import { commonSettings, parseSettings, port, valkeyUrl, withTopics } from '../_runtime/settings.ts'

const shape = {
  ...commonSettings,
  /** Where to listen when PORT is not set. */
  AGGREGATOR_PORT: port(PORTS.AGGREGATOR_PORT),
  VALKEY_URL: valkeyUrl,
  /** Comes before every key. */
  VALKEY_PREFIX: z.string().default(''),
}

export const settings = () => parseSettings(shape, process.env, { VALKEY_URL: ['VALKEY_ADDR'] })
export const knownDomains = () => withTopics(domains, process.env)
