/** Settings of the list of mails: where the notifier keeps what became of them. */
import * as z from 'zod'
import { parseSettings, valkeyUrl } from '../../functions/_runtime/settings.ts'

const shape = {
  /** A user that may write what is the notifier's: its own, or the administrator. */
  VALKEY_URL: valkeyUrl,
  /** Comes before every key. */
  VALKEY_PREFIX: z.string().default(''),
}

export const settings = () => parseSettings(shape, process.env, { VALKEY_URL: ['VALKEY_ADDR'] })
