/** The sentence of the bottleneck in the reader's language: the API names the rule that holds and its values. */
import type { Bottleneck } from '../../api.ts'

export function bottleneckSentence({ sentence }: Bottleneck): string {
  return sentence
}
