import { hash } from 'node:crypto'
import type { Event } from '../_core/event.ts'
import { keyedContent } from '../_core/idempotency.ts'

/** 96 bits. */
const FINGERPRINT_CHARS = 16

/** Of the content of an event that an Idempotency-Key names; undefined for any other. */
export function fingerprintOf(event: Pick<Event, 'source' | 'value'>): string | undefined {
  const content = keyedContent(event)
  return content && hash('sha256', content, 'base64url').slice(0, FINGERPRINT_CHARS)
}
