/** The sections in words: what came out, why, when to use each, and what nobody knows. */
import { FIRST, SECOND } from '../arms.ts'
import { PARTS } from '../parts.ts'
import type { Finding, Rule } from '../verdict.ts'
import { type Context, figure, section } from './context.ts'
import { type Child, type Markup, tag } from './markup.ts'
import { table } from './table.ts'
import { waterfall } from './waterfall.ts'

/** In this order; each with the figure that it compares, where that is not the rule itself. */
const LINES: readonly Rule[] = [
  'cpu',
  'capacity',
  'openCpu',
  'p50',
  'p99',
  'clientCpu',
  'oneConnection',
  'manyCalls',
  'batch',
  'restBatching',
  'grpcBatching',
  'procesar',
  'large',
  'firstCall',
  'bytes',
  'http2',
  'protobuf',
  'library',
]

const FIGURE_OF = {
  cpu: 'cpu',
  capacity: 'capacity',
  openCpu: 'openCpu',
  p50: 'p50',
  p99: 'p99',
  clientCpu: 'clientCpu',
  oneConnection: 'capacity',
  manyCalls: 'capacity',
} as const satisfies Partial<Record<Rule, string>>

const hasFigure = (rule: Rule): rule is keyof typeof FIGURE_OF => rule in FIGURE_OF

/** What a rule compares, as the beginning of a line. */
function lineOf(context: Context, rule: Rule): string {
  const line = `${figureName(context, rule)}: ${context.words.rules[rule]}`
  return line.charAt(0).toLocaleUpperCase(context.words.locale) + line.slice(1)
}

function figureName({ words }: Context, rule: Rule): string {
  if (rule === 'firstCall') return words.headings.firstCall
  if (rule === 'bytes') return words.headings.wire
  return words.figures[hasFigure(rule) ? FIGURE_OF[rule] : 'cpu']
}

const change = ({ words, format }: Context, { ratio }: Finding): string =>
  ratio === undefined ? '' : words.change(ratio.estimate, format.percent, format.number)

export function verdictSection(context: Context): Markup {
  const { verdict, words, format } = context
  const rows = LINES.map((rule) => {
    const finding = verdict.findings[rule]
    const { ratio, floor, outcome } = finding
    return [
      lineOf(context, rule),
      change(context, finding),
      ratio && `${format.number(ratio.low)} – ${format.number(ratio.high)}`,
      floor === undefined ? '' : `± ${format.share(floor)}`,
      words.outcome[outcome],
    ]
  })
  const { what, times, interval, noise, result } = words.columns
  const head = [what, times, interval, noise, result]
  const [headline, ...lines] = verdictLines(context)
  return section(
    context,
    'verdict',
    tag('p', { class: 'lead' }, headline),
    tag(
      'ul',
      {},
      lines.map((line) => tag('li', {}, line)),
    ),
    table({ caption: words.comparisons, head, rows }),
  )
}

/** The headline, and what it stands on. */
export const verdictLines = (context: Context): readonly string[] => [
  context.words.headline[context.verdict.headline],
  ...HEADLINE_RULES.map((rule) => sentence(context, rule)),
]

const HEADLINE_RULES = ['cpu', 'capacity', 'p99'] as const

/** "CPU per event: gRPC to REST …: 44 % more (noise ± 3 %)." */
function sentence(context: Context, rule: Rule): string {
  const { verdict, words, format } = context
  const finding = verdict.findings[rule]
  const about = lineOf(context, rule)
  const { outcome, ratio, floor } = finding
  if (ratio === undefined || floor === undefined) return `${about}: ${words.outcome.void}.`
  const noise = `${words.columns.noise.toLowerCase()} ± ${format.share(floor)}`
  const said =
    outcome === 'same' ? `${words.outcome.same}, ${change(context, finding)}` : change(context, finding)
  return `${about}: ${said} (${format.number(ratio.low)} – ${format.number(ratio.high)}; ${noise}).`
}

export function whySection(context: Context): Markup {
  const { verdict, words, format, report } = context
  const { why } = verdict
  if (why === undefined) return section(context, 'why', tag('p', {}, words.nothing))
  const all = why.parts.reduce((sum, { us }) => sum + Math.abs(us), 0)
  const largest = why.parts.toSorted((one, other) => Math.abs(other.us) - Math.abs(one.us))[0]
  const nameOf = (arm: string): string => {
    const spec = report.arms.find(({ name }) => name === arm)
    return spec === undefined ? arm : words.arm(spec)
  }
  const [from, to] = [nameOf(FIRST), nameOf(SECOND)]
  const rows: Child[][] = why.parts.map(({ name, us, withinUs }) => [
    words.parts[name],
    format.signed(us),
    format.percent(Math.abs(us) / all),
    withinUs === undefined ? '' : `${words.within[name] ?? ''}: ${format.signed(withinUs)}`,
  ])
  const label = `${words.headings.why}: ${from} → ${to}, ${words.units.usPerEvent}`
  return section(
    context,
    'why',
    largest &&
      tag('p', {}, words.largestPart(words.parts[largest.name], format.percent(Math.abs(largest.us) / all))),
    figure(
      context,
      waterfall({
        label,
        unit: words.units.usPerEvent,
        from: { name: from, value: why.fromUs },
        steps: PARTS.map((name) => ({
          name: words.parts[name],
          value: why.parts.find((part) => part.name === name)?.us ?? 0,
        })),
        to: { name: to, value: why.toUs },
        format: format.number,
        formatChange: format.signed,
      }),
      {
        caption: label,
        head: [words.columns.what, words.units.usPerEvent, words.columns.share, words.columns.apart],
        rows: [[from, format.number(why.fromUs), '', ''], ...rows, [to, format.number(why.toUs), '', '']],
      },
    ),
  )
}

export function whenSection(context: Context): Markup {
  const { verdict, words } = context
  const { restBatching, grpcBatching } = verdict.findings
  const list = (winner: 'rest' | 'grpc') => {
    const reasons = verdict.use[winner].map((rule) => [rule, words.reasons[rule]] as const)
    return [
      tag('h3', {}, words.use[winner]),
      reasons.length === 0
        ? tag('p', {}, words.useNone)
        : tag(
            'ul',
            {},
            reasons.map(([rule, reason]) =>
              tag('li', {}, reason, tag('br', {}), tag('span', { class: 'soft' }, sentence(context, rule))),
            ),
          ),
    ]
  }
  const gathering = words.gatherFirst(change(context, restBatching), change(context, grpcBatching))
  return section(
    context,
    'when',
    verdict.gatherFirst ? tag('p', {}, gathering) : undefined,
    list('rest'),
    list('grpc'),
  )
}

export const notMeasuredSection = (context: Context): Markup =>
  section(
    context,
    'notMeasured',
    tag(
      'ul',
      {},
      context.verdict.notMeasured.map((gap) => tag('li', {}, context.words.gaps[gap])),
    ),
  )
