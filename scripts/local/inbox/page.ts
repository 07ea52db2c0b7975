/** The inbox as a page, and as JSON: `/`, `/mails`, `/health`. */
import { Hono } from 'hono'
import { html } from 'hono/html'
import type { Inbox, KeptMail } from './mails.ts'

/** Of the newest; the rest is in the JSON. */
const SHOWN = 200
const RELOAD_S = 5

export function inboxPage(inbox: Inbox): Hono {
  const app = new Hono()
  app.get('/health', (c) => c.json({ status: 'ready' }))
  app.get('/mails', (c) => c.json({ count: inbox.count(), mails: inbox.mails() }))
  app.get('/', (c) => {
    const shown = inbox.mails().slice(0, SHOWN).map(rowOf)
    return c.html(
      html`<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${RELOAD_S}"><title>Inbox</title>
<style>:root{color-scheme:light dark;font:15px system-ui}body{max-width:60rem;margin:2rem auto;padding:0 1rem}summary{cursor:pointer}pre{white-space:pre-wrap}</style>
<body><h1>Inbox: ${inbox.count()} mails</h1>${shown}</body></html>`,
    )
  })
  return app
}

/** Texts of mails are anybody's: hono's `html` escapes them. */
const rowOf = ({ to, subject, received, text }: KeptMail) =>
  html`<details><summary><b>${subject}</b> — ${to}, ${received}</summary><pre>${text}</pre></details>`
