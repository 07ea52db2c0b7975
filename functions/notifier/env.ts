/** Settings of the notifier. */
import * as z from 'zod'
import { domains } from '../_core/domains/index.ts'
import { PORTS } from '../_core/topology.ts'
import { commonSettings, httpUrl, parseSettings, port, valkeyUrl, withTopics } from '../_runtime/settings.ts'

const whole = (fallback: number, unit: string) =>
  z.coerce
    .number({ error: `must be a whole number of ${unit}` })
    .int(`must be a whole number of ${unit}`)
    .min(1)
    .default(fallback)

const seconds = z
  .string()
  .regex(/^\d+(\.\d+)?(,\d+(\.\d+)?)*$/, 'must be seconds, separated by commas')
  .transform((text) => text.split(',').map(Number))

const shape = {
  ...commonSettings,
  /** Where to listen when PORT is not set. */
  NOTIFIER_PORT: port(PORTS.NOTIFIER_PORT),
  VALKEY_URL: valkeyUrl,
  /** Comes before every key. */
  VALKEY_PREFIX: z.string().default(''),
  /** smtp://user:password@host:port, or smtps://; a secret where it has a password. */
  SMTP_URL: z
    .url({ protocol: /^smtps?$/, error: 'must be smtp://host:port or smtps://host:port' })
    .default(`smtp://127.0.0.1:${PORTS.SMTP_PORT}`),
  /** An address, with a name before it or without. */
  MAIL_FROM: z
    .string()
    .regex(
      /^([^<>@\r\n]+<[^<>@\s]+@[^<>@\s]+>|[^<>@\s]+@[^<>@\s]+)$/,
      'must be name@host, or Name <name@host>',
    )
    .default('Caudal <avisos@localhost>'),
  MAIL_LANGUAGE: z.enum(['es', 'en']).default('es'),
  /** To the mail server at a time, of each pod. */
  MAIL_CONNECTIONS: whole(5, 'connections'),
  /** Of each pod. */
  MAIL_PER_SECOND: whole(50, 'mails'),
  /** More to one address in an hour wait for the next one. */
  MAIL_PER_ADDRESS_HOUR: whole(60, 'mails'),
  /** Waits before the second attempt, the third, …; the last is for all further ones, until five days have passed. */
  MAIL_RETRY_SECONDS: seconds.default([60, 300, 900, 1800, 3600]),
  /** A mail server that says nothing for so long is left, in milliseconds. */
  MAIL_TIMEOUT_MS: whole(5_000, 'milliseconds'),
  /** This function as readers of mails reach it; without it and the secret, mails have no link to opt out by. */
  OPT_OUT_URL: httpUrl('').removeDefault().optional(),
  OPT_OUT_SECRET: z.string().min(16, 'must have at least 16 characters').optional(),
}

export const settings = () => parseSettings(shape, process.env, { VALKEY_URL: ['VALKEY_ADDR'] })
export const knownDomains = () => withTopics(domains, process.env)

export type NotifierSettings = ReturnType<typeof settings>
