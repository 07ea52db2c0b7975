/**
 * One mail: the same to the byte whenever it is made again, its Message-ID too (RFC 5322, section 3.6.4), so that a reader's
 * program can tell that two are one.
 */
import { createHash } from 'node:crypto'
import { html } from 'hono/html'
import { en } from './templates/en.ts'
import { es } from './templates/es.ts'
import type { Notice, Template } from './templates/template.ts'

const TEMPLATES: Readonly<Record<'en' | 'es', Template>> = { en, es }
export type Language = keyof typeof TEMPLATES

/** What nodemailer is given. */
export interface Mail {
  readonly from: string
  /** An address, not a list of them. */
  readonly to: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly messageId: string
  readonly date: Date
  readonly headers: Readonly<Record<string, string>>
}

export interface Addressed extends Notice {
  readonly to: string
  /** In the words of the system: what names the mail, whatever language it is in. */
  readonly stateId: string
}

/** @param from an address, with a name or without */
export function mailOf(notice: Addressed, from: string, language: Language): Mail {
  const template = TEMPLATES[language]
  const clean = { ...notice, about: oneLine(notice.about), id: oneLine(notice.id) }
  const paragraphs = template.body(clean)
  const { optOutUrl } = notice
  const optOut = optOutUrl === undefined ? [] : [`${template.optOut}: ${optOutUrl}`]
  return {
    from,
    to: { name: '', address: notice.to },
    subject: template.subject(clean),
    text: `${[...paragraphs, ...optOut].join('\n\n')}\n`,
    html: page(paragraphs, template, optOutUrl),
    messageId: messageId(notice, from),
    date: notice.time,
    headers: {
      // RFC 3834, section 5: no program shall answer this.
      'Auto-Submitted': 'auto-generated',
      // RFC 8058: a click of the reader's mail program is enough.
      ...(optOutUrl !== undefined && {
        'List-Unsubscribe': `<${optOutUrl}>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }),
    },
  }
}

/** Line ends would begin other headers; nodemailer folds them away too. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, ' ').trim()

/** hono's `html` escapes what is put into it. */
function page(
  paragraphs: readonly string[],
  { locale, optOut }: Template,
  optOutUrl: string | undefined,
): string {
  const body = paragraphs.map((paragraph) => html`<p>${paragraph}</p>`)
  const link = optOutUrl === undefined ? '' : html`<p><a href="${optOutUrl}">${optOut}</a></p>`
  return String(
    html`<!doctype html><html lang="${locale}"><meta charset="utf-8"><body>${body}${link}</body></html>`,
  )
}

const ID_CHARS = 40

function messageId({ id, stateId }: Addressed, from: string): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([id, stateId]))
    .digest('hex')
  const domain = /@([^>\s]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
  return `<${digest.slice(0, ID_CHARS)}@${domain}>`
}
