/** What names this process start: its identities must never be given again by another one. */
import { randomBytes } from 'node:crypto'
import { type Identities, numberedBy } from '../_core/event.ts'

const INSTANCE_BYTES = 6

/** A source that is new at each start, 48 random bits long. */
export const freshIdentities = (role: string): Identities =>
  numberedBy(role, randomBytes(INSTANCE_BYTES).toString('hex'))
