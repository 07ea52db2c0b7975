/** Settings of the carrier. */
import * as z from 'zod'
import { domains } from '../_core/domains/index.ts'
import { CARRIER_WAIT_S } from '../_core/limits.ts'
import { LEVELS } from '../_core/load-levels.ts'
import { PORTS } from '../_core/topology.ts'
import { commonSettings, httpUrl, parseSettings, port, withTopics } from '../_runtime/settings.ts'

const share = z.coerce
  .number({ error: 'must be a number from 0 to 1' })
  .min(0, 'must be a number from 0 to 1')
  .max(1, 'must be a number from 0 to 1')
  .default(0)

const rule = `must be two numbers of seconds, the smaller first, at most ${CARRIER_WAIT_S}: 1,3`
const secondsRange = z
  .string()
  .regex(/^\d+(\.\d+)?,\d+(\.\d+)?$/, rule)
  .default('1,3')
  .transform((text) => text.split(',').map(Number))
  .refine(([least = 0, most = 0]) => least <= most && most <= CARRIER_WAIT_S, rule)

const levels = Object.keys(LEVELS) as (keyof typeof LEVELS)[]

const shape = {
  ...commonSettings,
  /** Where to listen when PORT is not set. */
  CARRIER_PORT: port(PORTS.CARRIER_PORT),
  BRIDGE_URL: httpUrl(`http://127.0.0.1:${PORTS.BRIDGE_PORT}`),
  /** How long things stay in each state: the least and the most, in seconds. */
  CARRIER_SECONDS: secondsRange,
  /** How many things a second are taken up, of each pod; without it, all that come. */
  CARRIER_LEVEL: z.enum(levels, { error: `must be one of ${levels.join(', ')}` }).optional(),
  /** Shares of states after which it tells something late, tells it twice, or asks for what it may not. */
  CARRIER_LATE: share,
  CARRIER_REPEATED: share,
  CARRIER_ILLEGAL: share,
}

export const settings = () => parseSettings(shape, process.env, { BRIDGE_URL: ['GO_SERVICE_URL'] })
export const knownDomains = () => withTopics(domains, process.env)
