/** Settings of reports: where the counts are. */
import { resolve } from 'node:path'
import * as z from 'zod'
import { domains } from '../../functions/_core/domains/index.ts'
import { parseSettings, valkeyUrl, withTopics } from '../../functions/_runtime/settings.ts'
import { DATA_DIR } from '../lib/paths.ts'

const shape = {
  VALKEY_URL: valkeyUrl,
  VALKEY_PREFIX: z.string().default(''),
  CAUDAL_DATA: z
    .string()
    .default(DATA_DIR)
    .transform((path) => resolve(path)),
}

export const settings = () => parseSettings(shape, process.env, { VALKEY_URL: ['VALKEY_ADDR'] })
export const knownDomains = () => withTopics(domains, process.env)
