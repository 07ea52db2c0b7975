/** What the API judges, in the reader's language: it names rules and causes by their ids, with their values. */
import type { Bottleneck, JourneySays, Proof, Rule } from '../../api.ts'
import type { Messages } from './en.ts'
import { decimalOrInteger } from './format.ts'
import { messages } from './locale.ts'

const isKnown = (id: string): id is keyof Messages['bottlenecks'] =>
  Object.hasOwn(messages.value.bottlenecks, id)

/** A rule that the pages do not know yet is told in the API's own words, which are English. */
export function bottleneckSentence({ id, step, sentence, values }: Bottleneck): string {
  return isKnown(id) ? messages.value.bottlenecks[id](step ?? '', shown(values)) : sentence
}

const shown = (values: Readonly<Record<string, string | number>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, figure(value)]))
const figure = (value: string | number): string =>
  typeof value === 'number' ? decimalOrInteger(value) : value

const isRule = (id: string): id is keyof Messages['rules'] => Object.hasOwn(messages.value.rules, id)

export const ruleText = ({ id, rule, bounds }: Rule): string =>
  isRule(id) ? messages.value.rules[id](shown(bounds)) : rule

/** The figures that a rule was judged by. */
export function lookedText({ looked }: Rule): string {
  const words = messages.value
  const texts = looked.map(({ step, value, unit }) => {
    const text = unit === 'state' ? stateText(value) : words.looked[unit](figure(value))
    return step === null ? text : `${step} ${text}`
  })
  return texts.length === 0 ? words.nothingKnown : texts.join(', ')
}

const stateText = (value: string | number): string => {
  const { states } = messages.value
  return value === 'up' || value === 'away' || value === 'unknown'
    ? states[value].toLowerCase()
    : String(value)
}

/** Why the proof does not hold; empty when it does. What Kafka and Valkey say themselves is English. */
export function proofCause({ cause }: Proof): string {
  if (cause === null) return ''
  const { causes, recordsOf } = messages.value
  const topics = Object.entries(cause.values).map(([topic, gap]) => recordsOf(figure(gap), topic))
  return cause.id === 'missing' ? causes.missing(topics.join(', ')) : causes[cause.id](shown(cause.values))
}

/** What is known of a step of a journey. */
export const stepSays = ({ id, values }: JourneySays): string => messages.value.stepSays[id](shown(values))
