/** Figures as the reader's language writes them. Formatters are made once for each language: making one is slow. */
import { tag } from './locale.ts'

const made = new Map<string, Intl.NumberFormat>()

function format(name: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${tag.value} ${name}`
  const known = made.get(key)
  if (known !== undefined) return known
  const fresh = new Intl.NumberFormat(tag.value, options)
  made.set(key, fresh)
  return fresh
}

export const integer = (value: number): string =>
  format('integer', { maximumFractionDigits: 0 }).format(value)

/** With two places: prices and averages. */
export const decimal = (value: number): string =>
  format('decimal', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value)

/** Short, for places where digits do not fit: 1.2M. */
const compact = (value: number): string =>
  format('compact', { notation: 'compact', maximumFractionDigits: 1 }).format(value)

/** A mark of an axis: as short as it is exact. */
export const mark = (value: number): string =>
  value >= 10_000 ? compact(value) : format('mark', { maximumFractionDigits: 2 }).format(value)

/** A rate: whole from ten on, one place below. */
export const rate = (value: number): string =>
  value >= 10 || value === 0 ? integer(value) : format('rate', { maximumFractionDigits: 1 }).format(value)

/** Seconds as people say them: 3 ms, 1.2 s, 4 min. */
export function duration(seconds: number): string {
  if (seconds < 1) return unit('millisecond', seconds * 1000)
  if (seconds < 120) return unit('second', seconds)
  if (seconds < 7200) return unit('minute', seconds / 60)
  return unit('hour', seconds / 3600)
}

function unit(name: string, value: number): string {
  const places = value < 10 ? 1 : 0
  return format(`${name} ${places}`, {
    style: 'unit',
    unit: name,
    unitDisplay: 'short',
    maximumFractionDigits: places,
  }).format(value)
}

const times = new Map<string, Intl.DateTimeFormat>()

function timeFormat(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${tag.value} ${name}`
  const known = times.get(key)
  if (known !== undefined) return known
  const fresh = new Intl.DateTimeFormat(tag.value, options)
  times.set(key, fresh)
  return fresh
}

/** 14:03:07, in the reader's time zone. */
export const clock = (ms: number): string =>
  timeFormat('clock', { timeStyle: 'medium', hourCycle: 'h23' }).format(ms)

export const dateTime = (ms: number): string =>
  timeFormat('date', { dateStyle: 'medium', timeStyle: 'medium', hourCycle: 'h23' }).format(ms)

/** A decimal text of the API. Intl takes the text as it is, to the last cent, where a number would lose some. */
export const amount = (text: string): string =>
  text.includes('.')
    ? format('decimal', { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(
        text as Intl.StringNumericLiteral,
      )
    : format('integer', { maximumFractionDigits: 0 }).format(text as Intl.StringNumericLiteral)

/** Memory, in units of a thousand. */
export const bytes = (value: number): string =>
  format('bytes', {
    style: 'unit',
    unit: 'megabyte',
    unitDisplay: 'short',
    maximumFractionDigits: 0,
  }).format(value / 1e6)

export const cores = (value: number): string => format('cores', { maximumFractionDigits: 2 }).format(value)

/** A figure whose kind is not known: as many places as it has, up to one. */
export const decimalOrInteger = (value: number): string =>
  format('any', { maximumFractionDigits: 1 }).format(value)
