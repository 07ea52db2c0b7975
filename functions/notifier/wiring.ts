/** The notifier's parts, put together. */

import type { Outbox } from '../_adapters/valkey/outbox.ts'
import { MAIL_TURN_MS } from '../_core/limits.ts'
import type { Metrics } from '../_core/metrics.ts'
import type { Clock, Logger } from '../_core/ports.ts'
import type { Registry } from '../_core/registry.ts'
import type { NotifierSettings } from './env.ts'
import { mailOf } from './message.ts'
import { type Lives, type Notifier, notifier } from './notify.ts'
import { optOutLinks } from './opt-out.ts'
import { postOffice } from './post-office.ts'
import type { Mailer } from './smtp.ts'

export interface Parts {
  readonly env: Pick<
    NotifierSettings,
    (`MAIL_${string}` & keyof NotifierSettings) | 'OPT_OUT_URL' | 'OPT_OUT_SECRET'
  >
  readonly registry: Registry
  readonly lives: Lives
  readonly outbox: Outbox
  readonly mailer: Mailer
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: Metrics
  readonly turnMs?: number
}

export function wired(parts: Parts): Notifier {
  const { env, registry, lives, outbox, mailer, clock, log, metrics, turnMs = MAIL_TURN_MS } = parts
  metrics.gauge('mailsWaiting', {}, outbox.waiting)
  metrics.gauge('mailsGivenUp', {}, outbox.givenUp)
  metrics.gauge('mailsOldestSeconds', {}, async () => {
    const sinceMs = await outbox.waitingSince()
    return sinceMs === undefined ? 0 : Math.max(0, clock() - sinceMs) / 1_000
  })
  const office = postOffice({
    ...{ outbox, mailer, clock, log, metrics },
    mailOf: (notice) => mailOf(notice, env.MAIL_FROM, env.MAIL_LANGUAGE),
    optOutUrlOf: optOutLinks(env.OPT_OUT_URL, env.OPT_OUT_SECRET).urlOf,
    waitsSeconds: env.MAIL_RETRY_SECONDS,
    perAddressHour: env.MAIL_PER_ADDRESS_HOUR,
  })
  return notifier({
    ...{ registry, lives, outbox, office, clock },
    nameOf: ({ words }, state) => words?.[env.MAIL_LANGUAGE].names[state] ?? state,
    atATime: env.MAIL_CONNECTIONS,
    turnMs,
  })
}
