import { serveHttp } from '../_adapters/http/server.ts'
import { connectValkey } from '../_adapters/valkey/connect.ts'
import { livesReader } from '../_adapters/valkey/lives.ts'
import { leaseFor, valkeyOutbox } from '../_adapters/valkey/outbox.ts'
import { registryOf } from '../_core/registry.ts'
import { serveFunction } from '../_runtime/function.ts'
import { healthOf } from '../_runtime/health.ts'
import { accessOf, listenAt } from '../_runtime/settings.ts'
import { knownDomains, settings } from './env.ts'
import { notifierHandler } from './handler.ts'
import { optOutLinks } from './opt-out.ts'
import { startSchedule } from './schedule.ts'
import { smtpMailer } from './smtp.ts'
import { wired } from './wiring.ts'

serveFunction('notifier', settings, async ({ env, log, metrics, lifecycle, serve, bounds }) => {
  const registry = registryOf(knownDomains())
  const valkey = connectValkey(env.VALKEY_URL, (error) => log.warn({ err: error }, 'cannot reach Valkey'))
  lifecycle.onClose('Valkey', valkey.close)
  const mailer = smtpMailer({
    url: env.SMTP_URL,
    connections: env.MAIL_CONNECTIONS,
    perSecond: env.MAIL_PER_SECOND,
    timeoutMs: env.MAIL_TIMEOUT_MS,
  })
  lifecycle.onClose('mail server', mailer.close)
  const outbox = valkeyOutbox(valkey, env.VALKEY_PREFIX, leaseFor(env.MAIL_TIMEOUT_MS))
  const lives = livesReader(valkey, { prefix: env.VALKEY_PREFIX })
  const notifier = wired({ env, registry, lives, outbox, mailer, clock: Date.now, log, metrics })
  const schedule = startSchedule(notifier.sweep, Date.now, log, valkey.readiness)
  lifecycle.onClose('schedule', schedule.close)
  const app = notifierHandler({
    ...{ registry, clock: Date.now, notifier, schedule, outbox, metrics, log, access: accessOf(env) },
    ...healthOf({ lifecycle, connection: valkey.readiness }),
    links: optOutLinks(env.OPT_OUT_URL, env.OPT_OUT_SECRET),
  })
  await serve(serveHttp(app, listenAt(env.PORT, env.NOTIFIER_PORT), bounds))
})
