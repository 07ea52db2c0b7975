/**
 * The environment, read once: each function's `env.ts` names its settings with {@link setting}; all problems are
 * reported together, and values never are, since some are secrets.
 */
import * as z from 'zod'
import type { Domain } from '../_core/domain.ts'
import { BODY_BYTES_IN_FLIGHT, EVENT_PAST_DAYS, LEAST_BODY_BYTES_IN_FLIGHT } from '../_core/limits.ts'
import { LOCAL_HOST, localAddress } from '../_core/topology.ts'

type Environment = Readonly<Record<string, string | undefined>>

export class SettingsError extends Error {}

/**
 * A setting under its name or, when that is not set, its aliases; an empty variable counts as not set.
 *
 * @example
 * const shape = { INGEST_PORT: port(8080), BRIDGE_URL: httpUrl('http://127.0.0.1:8081') }
 * const { INGEST_PORT } = parseSettings(shape, process.env, { BRIDGE_URL: ['GO_SERVICE_URL'] })
 * @throws SettingsError that names every setting which is wrong, and never its value
 */
export function parseSettings<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: Environment,
  aliases: Readonly<Record<string, readonly string[]>> = {},
): Readonly<z.infer<z.ZodObject<Shape>>> {
  const given: Record<string, string | undefined> = {}
  for (const name of Object.keys(shape)) {
    const names = [name, ...(aliases[name] ?? [])]
    given[name] = names
      .map((candidate) => environment[candidate])
      .find((value) => value !== undefined && value !== '')
  }
  const parsed = z.object(shape).safeParse(given)
  if (parsed.success) return Object.freeze(parsed.data)
  const problems = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`)
  throw new SettingsError(`invalid settings:\n${problems.join('\n')}`)
}

export const port = (fallback: number) =>
  z.coerce
    .number({ error: 'must be a port number' })
    .int('must be a port number')
    .min(0)
    .max(65_535)
    .default(fallback)

/** `host:port`. */
export const hostPort = (fallback: string) =>
  z
    .string()
    .regex(/^(\[[0-9a-f:]+\]|[^:/\s]+):\d{1,5}$/i, 'must be host:port')
    .default(fallback)

/** Comma-separated `host:port`. */
const hostPorts = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .transform((text) => text.split(',').map((entry) => entry.trim()))
    .pipe(
      z
        .array(z.string().regex(/^(\[[0-9a-f:]+\]|[^:/\s]+):\d{1,5}$/i, 'must be host:port,host:port…'))
        .min(1),
    )

/** `name=value` separated by commas. */
export const pairs = (fallback: string) =>
  z
    .string()
    .regex(/^([^=,]+=[^,]+(,[^=,]+=[^,]+)*)?$/, 'must be name=value,name=value…')
    .default(fallback)
    .transform((text) =>
      Object.fromEntries(
        text
          .split(',')
          .filter((pair) => pair !== '')
          .map((pair) => [pair.slice(0, pair.indexOf('=')).trim(), pair.slice(pair.indexOf('=') + 1).trim()]),
      ),
    )

/** Separated by commas; none by default. */
export const list = (item: z.ZodType<string, string> = z.string()) =>
  z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((entry) => entry.trim())
        .filter((entry) => entry !== ''),
    )
    .pipe(z.array(item))

const origin = z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/, 'must be origins, http://host:port, or *')

export const httpUrl = (fallback: string) =>
  z.url({ protocol: /^https?$/, error: 'must be an http:// URL' }).default(fallback)

/** Where to listen: in a container Knative sets PORT, and every interface is meant; elsewhere only this machine. */
export function listenAt(containerPort: number | undefined, ownPort: number): { host: string; port: number } {
  return containerPort === undefined
    ? { host: LOCAL_HOST, port: ownPort }
    : { host: '0.0.0.0', port: containerPort }
}

/** The names of this machine; no other is answered on it unless it is listed. A container has names that it does not know. */
const LOCAL_NAMES = ['localhost', LOCAL_HOST, '[::1]']

export function accessOf(env: {
  readonly PORT?: number | undefined
  readonly CORS_ORIGINS: readonly string[]
  readonly ALLOWED_HOSTS: readonly string[]
}) {
  const allowedHosts = env.PORT === undefined ? [...LOCAL_NAMES, ...env.ALLOWED_HOSTS] : undefined
  return { corsOrigins: env.CORS_ORIGINS, ...(allowedHosts !== undefined && { allowedHosts }) }
}

/** Strings that switch something on. */
const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

/** How to reach Kafka; see `_adapters/kafka/connect.ts`. */
export const kafkaSettings = {
  KAFKA_BROKERS: hostPorts(localAddress('KAFKA_PORT')),
  KAFKA_SASL_MECHANISM: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_SASL_USERNAME: z.string().optional(),
  KAFKA_SASL_PASSWORD: z.string().optional(),
  KAFKA_SSL: flag.optional(),
}

/** `redis://user:password@host:port/db`, or `host:port` as VALKEY_ADDR gives it. */
export const valkeyUrl = z
  .string()
  .default(localAddress('VALKEY_PORT'))
  .transform((text) => (text.includes('://') ? text : `redis://${text}`))
  .pipe(z.url({ protocol: /^(redis|valkey)s?$/, error: 'must be redis://host:port or host:port' }))

/** Settings every function has. */
export const commonSettings = {
  /** Bodies of requests that are held at a time, in bytes; more is refused with 429. */
  BODY_BYTES_IN_FLIGHT: z.coerce
    .number({ error: `must be bytes, ${LEAST_BODY_BYTES_IN_FLIGHT} at least` })
    .int(`must be bytes, ${LEAST_BODY_BYTES_IN_FLIGHT} at least`)
    .min(LEAST_BODY_BYTES_IN_FLIGHT, `must be bytes, ${LEAST_BODY_BYTES_IN_FLIGHT} at least`)
    .default(BODY_BYTES_IN_FLIGHT),
  PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  /** Origins whose pages may ask over HTTP; `*` for all. */
  CORS_ORIGINS: list(origin),
  /** Names beside localhost that are answered where PORT is not set. */
  ALLOWED_HOSTS: list(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
}

/** Settings of the functions that clients send events to. */
export const endpointSettings = {
  /** How long ago an event may have happened. */
  EVENT_PAST_DAYS: z.coerce.number().int().min(1).max(3_650).default(EVENT_PAST_DAYS),
}

/**
 * Topics other than the domains' own: `KAFKA_TOPIC` for plain events, `KAFKA_TOPIC_<DOMAIN>` for any. Domains that share a
 * topic go on to share it: the first one's setting is for all of them.
 */
export function withTopics(domains: readonly Domain[], environment: Environment): readonly Domain[] {
  return domains.map((domain) => {
    const first = domains.find(({ topic }) => topic === domain.topic) ?? domain
    const own = environment[`KAFKA_TOPIC_${first.name.toUpperCase()}`]
    // An empty variable counts as not set.
    const topic = own || (domain.plainAtBridge && environment.KAFKA_TOPIC)
    return topic ? { ...domain, topic } : domain
  })
}
