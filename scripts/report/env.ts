/** Settings of reports: where the counts are. */
import * as z from 'zod'
import { domains } from '../../functions/_core/domains/index.ts'
import { parseSettings, valkeyUrl, withTopics } from '../../functions/_runtime/settings.ts'
import { dataDir } from '../lib/data-dir.ts'

const shape = {
  VALKEY_URL: valkeyUrl,
  VALKEY_PREFIX: z.string().default(''),
  CAUDAL_DATA: dataDir,
}

export const settings = () => parseSettings(shape, process.env, { VALKEY_URL: ['VALKEY_ADDR'] })
export const knownDomains = () => withTopics(domains, process.env)
