/**
 * The form's way out: the only route that changes something, and only where somebody has named the targets. A page of
 * another site can make a browser post forms, but neither JSON nor with this site's Origin (both are asked for).
 */
import type { Context, Hono } from 'hono'
import { isJson, withBody } from '../../_adapters/http/body.ts'
import { parseJson } from '../../_adapters/http/json.ts'
import type { Domain } from '../../_core/domain.ts'
import { Failure } from '../../_core/errors.ts'
import { SINGLE_BODY_BYTES } from '../../_core/limits.ts'
import { mediaType } from '../../_core/media-types.ts'
import type { Clock } from '../../_core/ports.ts'
import { type Endpoint, ROUTES, SendRequest, type SendResult, type SendTargets } from '../api.ts'
import { SENDS_PER_SECOND } from '../limits.ts'
import type { Sender, Targets } from './endpoints.ts'

export interface SendPorts {
  readonly domains: readonly Domain[]
  readonly targets: Targets
  readonly sender: Sender
  readonly clock: Clock
}

const ORDER: readonly Endpoint[] = ['rest', 'bridge', 'grpc']

export function addSend(app: Hono, { domains, targets, sender, clock }: SendPorts): void {
  const known = ORDER.flatMap((endpoint) => {
    const address = targets[endpoint]
    return address === undefined ? [] : [{ endpoint, address }]
  })
  const told: SendTargets = { enabled: known.length > 0, targets: known }
  const allow = perSecond(SENDS_PER_SECOND, clock)
  app.get(ROUTES.targets, (c) => c.json(told))
  app.post(ROUTES.send, async (c) => {
    if (!told.enabled) throw new Failure('notFound', 'sending is not switched on here (SEND_TARGETS)')
    requireOwnPage(c)
    const { domain: name, endpoints, ...sent } = await withBody(c, SINGLE_BODY_BYTES, requestIn)
    const domain = domains.find((one) => one.name === name)
    if (domain === undefined)
      throw invalid('domain', `is not one of ${domains.map((one) => one.name).join(', ')}`)
    const unknown = endpoints.find((endpoint) => targets[endpoint] === undefined)
    if (unknown !== undefined) throw invalid('endpoints', `${unknown} is not configured`)
    if (!allow()) throw new Failure('busy', `at most ${SENDS_PER_SECOND} sends a second`)
    const results: SendResult[] = []
    // One after the other, so that none waits for another's answer in the same function.
    for (const endpoint of endpoints) results.push(await sender.send(domain, endpoint, sent))
    return c.json({ results })
  })
}

function requestIn(body: Buffer): SendRequest {
  const parsed = SendRequest.safeParse(parseJson(body))
  if (parsed.success) return parsed.data
  const fields = parsed.error.issues.map(({ path, message }) => ({ field: path.join('/'), detail: message }))
  throw new Failure('invalid', fields.map(({ field, detail }) => `${field}: ${detail}`).join('; '), fields)
}

function requireOwnPage(c: Context): void {
  if (!isJson(mediaType(c.req.header('content-type')))) {
    throw new Failure('mediaType', `${ROUTES.send} takes application/json`)
  }
  const origin = c.req.header('origin')
  const site = c.req.header('sec-fetch-site')
  const isOther = origin !== undefined && hostOf(origin) !== c.req.header('host')
  if (isOther || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
    const detail = "must be this console's own"
    throw new Failure('malformed', `Origin ${detail}`, [{ field: 'origin', detail }])
  }
}

const hostOf = (origin: string): string | undefined =>
  URL.canParse(origin) ? new URL(origin).host : undefined

const invalid = (field: string, detail: string): Failure =>
  new Failure('invalid', `${field} ${detail}`, [{ field, detail }])

function perSecond(most: number, clock: Clock): () => boolean {
  let second = 0
  let used = 0
  return () => {
    const now = Math.floor(clock() / 1000)
    if (now !== second) [second, used] = [now, 0]
    return ++used <= most
  }
}
