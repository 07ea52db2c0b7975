/** `report.html`: one file that needs nothing else, not even a script. */
import type { Report } from '../report.ts'
import { type Verdict, verdictOf } from '../verdict.ts'
import {
  capacitySection,
  cpuSection,
  firstCallSection,
  latencySection,
  wireSection,
} from './chart-sections.ts'
import type { Context } from './context.ts'
import { serialisationSection, stampSection, transportSection, validitySection } from './data-sections.ts'
import { formatOf } from './format.ts'
import { Markup, tag } from './markup.ts'
import { STYLE } from './style.ts'
import {
  notMeasuredSection,
  verdictLines,
  verdictSection,
  whenSection,
  whySection,
} from './verdict-sections.ts'
import { en } from './words/en.ts'
import { es } from './words/es.ts'
import type { Words } from './words/words.ts'

const LANGUAGES: readonly Words[] = [en, es]
export type Locale = Words['locale']
export const LOCALES: readonly Locale[] = LANGUAGES.map(({ locale }) => locale)
const SECTIONS = [
  verdictSection,
  whySection,
  whenSection,
  capacitySection,
  cpuSection,
  latencySection,
  wireSection,
  transportSection,
  serialisationSection,
  firstCallSection,
  notMeasuredSection,
  validitySection,
  stampSection,
]

/** @param language the one that is shown first */
export function pageOf(report: Report, language: Locale): string {
  const verdict = verdictOf(report)
  const page = tag(
    'html',
    { lang: language },
    tag(
      'head',
      {},
      tag('meta', { charset: 'utf-8' }),
      tag('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      tag('title', {}, LANGUAGES.find(({ locale }) => locale === language)?.title),
      tag('style', {}, new Markup(STYLE)),
    ),
    tag(
      'body',
      {},
      tag('header', {}, choiceOf(language)),
      LANGUAGES.map((words) => mainOf(report, verdict, words)),
    ),
  )
  return `<!doctype html>\n${page.text}`
}

/** The verdict for a terminal. */
export function summaryOf(report: Report, language: Locale): string {
  const words = LANGUAGES.find(({ locale }) => locale === language) ?? en
  const context = { report, verdict: verdictOf(report), words, format: formatOf(words.locale) }
  return verdictLines(context).join('\n')
}

const choiceOf = (shown: string): Markup =>
  tag(
    'fieldset',
    { 'aria-label': 'Language / Idioma' },
    LANGUAGES.map(({ locale, language }) =>
      tag(
        'label',
        { lang: locale },
        tag('input', { type: 'radio', name: 'lang', id: `lang-${locale}`, checked: locale === shown }),
        ` ${language}`,
      ),
    ),
  )

function mainOf(report: Report, verdict: Verdict, words: Words): Markup {
  const context: Context = { report, verdict, words, format: formatOf(words.locale) }
  const at = new Date(report.stamp.at).toLocaleString(words.locale, {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
  return tag(
    'main',
    { lang: words.locale },
    tag('h1', {}, words.title),
    tag('p', { class: 'soft' }, words.made(`${at} UTC`, report.stamp.against, report.stamp.domain)),
    SECTIONS.map((made) => made(context)),
  )
}
