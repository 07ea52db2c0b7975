/** Settings of reports: where the counts are. */
import * as z from 'zod'
import { domains } from '../../functions/_core/domains/index.ts'
import { LOCAL_HOST, PORTS } from '../../functions/_core/topology.ts'
import { parseSettings, port, valkeyUrl, withTopics } from '../../functions/_runtime/settings.ts'
import { dataDir } from '../lib/data-dir.ts'

const shape = {
  VALKEY_URL: z.union([z.undefined(), valkeyUrl], 'must be redis://host:port or host:port'),
  VALKEY_PORT: port(PORTS.VALKEY_PORT),
  VALKEY_PREFIX: z.string().default(''),
  CAUDAL_DATA: dataDir,
}

/** The Valkey that `npm start` runs, unless another is named. */
export function settings() {
  const { VALKEY_PORT, ...rest } = parseSettings(shape, process.env, { VALKEY_URL: ['VALKEY_ADDR'] })
  return { ...rest, VALKEY_URL: rest.VALKEY_URL ?? `redis://${LOCAL_HOST}:${VALKEY_PORT}` }
}
export const knownDomains = () => withTopics(domains, process.env)
