/** What names this process start: its identities must never be given again by another one. */
import { randomBytes } from 'node:crypto'
import { type Identities, numberedBy } from '../_core/event.ts'

const INSTANCE_BYTES = 6

/** New at each start, 48 random bits long. */
export const freshInstance = (): string => randomBytes(INSTANCE_BYTES).toString('hex')

export const freshIdentities = (role: string): Identities => numberedBy(role, freshInstance())
