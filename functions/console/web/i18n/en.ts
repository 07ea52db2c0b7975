/** Every word of the console in English. Spanish must have the same keys: the type of this object says which. */
import { log } from './en-log.ts'
import { system } from './en-system.ts'

const many = (count: number, one: string, more: string): string => (count === 1 ? one : more)

export const en = {
  ...log,
  ...system,
  skipToContent: 'Skip to the content',
  mainNavigation: 'Pages',
  language: 'Language',
  toTheme: (now: string) => (now === 'dark' ? 'Light colours' : 'Dark colours'),
  pages: { log: 'Log', pipeline: 'Pipeline', deadLetters: 'Dead letters', send: 'Send' },
  loading: 'Reading…',
  noAnswer: 'The console does not answer',
  pageNotFound: 'There is no such page',
  backHome: 'To the first board',

  freshness: { live: 'Live', connecting: 'Connecting…', away: 'Not connected', stale: 'Stale' },
  staleBanner: {
    stale: 'These figures are old: nothing new has been read since. They change again as soon as it is.',
    away: 'The console does not answer. What is shown is the last that was read.',
  },
  problemBanner: (problem: string) => `What is shown is the last that could be read: ${problem}`,
  justNow: 'now',
  ago: (time: string) => `${time} ago`,
  neverRead: 'not read yet',
  asOf: (moment: string) => `As of ${moment}`,
  thenBanner: (moment: string) => `Series and log are shown as of ${moment}.`,
  backToNow: 'Back to now',
  now: 'Now',
  timeTravel: 'Show another moment',
  momentShown: 'The moment that is shown',
  copyLink: 'Copy link',
  onlyNow: 'Totals, rankings and prices are only known as of now.',

  proofHolds: 'All accounted for',
  proofBroken: (count: number, shown: string) =>
    many(count, '1 record is missing', `${shown} records are missing`),
  proofStale: 'Proof is old',
  proofUnknown: 'Not proven',
  proofSpoken: {
    holds: 'Everything accepted is accounted for',
    broken: 'Records are missing',
    stale: 'The proof is old',
    unknown: 'Nothing is proven',
  },
  equation: (accepted: string, counted: string, waiting: string, dead: string) =>
    `${accepted} records = ${counted} counted + ${waiting} waiting + ${dead} dead`,

  queryOf: (figure: string) => `Where “${figure}” comes from`,
  copy: 'Copy',
  copied: 'Copied',
  showTable: 'Show as a table',
  hideTable: 'Hide the table',
  noneYet: 'None yet',
  seriesSummary: (label: string, last: string, low: string, high: string) =>
    `${label}: last ${last}, between ${low} and ${high}`,

  nothingCounted: 'Nothing has been counted yet.',
  sendOne: 'Send the first one',
  counted: (title: string) => `${title} counted`,
  repeatsIgnored: (count: number, shown: string) =>
    many(count, '1 repeat ignored', `${shown} repeats ignored`),
  perSecond: 'Per second',
  onAverage: (value: string) => `${value} on average`,
  extreme: { max: (of: string) => `Highest ${of}`, min: (of: string) => `Lowest ${of}` },
  events: 'Events',
  average: (of: string) => `Average ${of}`,
  sum: (of: string) => `Total ${of}`,
  byField: (field: string) => `By ${field}`,
  whatIsShown: 'What is shown',
  ofWhich: 'Of which',
  all: 'All',
  most: 'Most',
  least: 'Least',
  rankingOf: (member: string, by: string) => `${member} by ${by}`,
  rankingSize: (count: number, shown: string) => many(count, '1 in all', `${shown} in all`),
  seriesTitle: {
    1: (title: string, _bucket: string) => `${title} per second`,
    60: (title: string, _bucket: string) => `${title} per minute`,
    other: (title: string, bucket: string) => `${title} every ${bucket}`,
  },
  stretch: 'How long',
  historyOf: (of: string, per: string) => `Newest ${of} of a ${per}`,
  newestOf: (title: string) => `Newest ${title}`,
  wholeLog: 'Whole log',
}

type Widened<T> = T extends (...parameters: infer P) => string
  ? (...parameters: P) => string
  : T extends object
    ? { readonly [Key in keyof T]: Widened<T[Key]> }
    : string

/** The same keys, with other words. */
export type Translated<T> = { readonly [Key in keyof T]: Widened<T[Key]> }
export type Messages = Translated<typeof en>
