/** The sentence of the bottleneck in the reader's language: the API names the rule that holds, and its values. */
import type { Bottleneck } from '../../api.ts'
import type { Messages } from './en.ts'
import { decimalOrInteger } from './format.ts'
import { messages } from './locale.ts'

const isKnown = (id: string): id is keyof Messages['bottlenecks'] =>
  Object.hasOwn(messages.value.bottlenecks, id)

/** A rule that the pages do not know yet is told in the API's own words, which are English. */
export function bottleneckSentence({ id, step, sentence, values }: Bottleneck): string {
  if (!isKnown(id)) return sentence
  const shown = Object.entries(values).map(([name, value]) => [
    name,
    typeof value === 'number' ? decimalOrInteger(value) : value,
  ])
  return messages.value.bottlenecks[id](step ?? '', Object.fromEntries(shown))
}
