/**
 * Who wants no more mails says so by a link in one. It names the address and proves that we made it: HMAC-SHA256 (RFC 2104)
 * under a secret of ours, so that nobody can say it for others. A GET only asks, since programs that look at mails follow
 * links; a POST does it, by the button or by the mail program (RFC 8058).
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Hono } from 'hono'
import { html } from 'hono/html'
import type { Outbox } from '../_adapters/valkey/outbox.ts'
import { Failure } from '../_core/errors.ts'

export interface OptOutLinks {
  urlOf(address: string): string | undefined
  /** Undefined for a link that is not ours. */
  addressIn(query: { readonly a?: string | undefined; readonly t?: string | undefined }): string | undefined
}

const OPT_OUT_PATH = '/baja'

/** @param url as readers of mails reach this function; undefined: mails have no link */
export function optOutLinks(url: string | undefined, secret: string | undefined): OptOutLinks {
  if (url === undefined || secret === undefined) return { urlOf: () => undefined, addressIn: () => undefined }
  const tokenOf = (address: string): string =>
    createHmac('sha256', secret).update(address).digest('base64url')
  return {
    urlOf: (address) => {
      const query = new URLSearchParams({
        a: Buffer.from(address).toString('base64url'),
        t: tokenOf(address),
      })
      return `${url.replace(/\/$/, '')}${OPT_OUT_PATH}?${query}`
    },
    addressIn: ({ a, t }) => {
      if (a === undefined || t === undefined) return undefined
      const address = Buffer.from(a, 'base64url').toString()
      const [given, made] = [Buffer.from(t), Buffer.from(tokenOf(address))]
      return given.length === made.length && timingSafeEqual(given, made) ? address : undefined
    },
  }
}

/** The link's page and its button, in both languages: whose it is, the address does not say. */
export function addOptOut(app: Hono, links: OptOutLinks, { optOut }: Pick<Outbox, 'optOut'>): void {
  const addressOf = (query: Readonly<Record<string, string>>): string => {
    const address = links.addressIn({ a: query.a, t: query.t })
    if (address === undefined) throw new Failure('notFound', 'this link is not one of ours')
    return address
  }
  app.get(OPT_OUT_PATH, (c) => {
    const address = addressOf(c.req.query())
    return c.html(
      page(
        html`<form method="post"><button>No enviar más avisos a ${address} · Send no more to ${address}</button></form>`,
      ),
    )
  })
  app.post(OPT_OUT_PATH, async (c) => {
    await optOut(addressOf(c.req.query()))
    return c.html(page(html`<p>Hecho. · Done.</p>`))
  })
}

const page = (body: unknown) =>
  html`<!doctype html><html lang="es"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><body>${body}</body></html>`
