/** What is said of the pipeline and of the proof while nothing is known. */
import type { Pipeline, Proof } from './api.ts'

export const UNKNOWN_PIPELINE: Pipeline = {
  asOfMs: 0,
  steps: [],
  bottleneck: {
    id: 'unknown',
    step: null,
    sentence: 'Nothing is known of the steps yet.',
    values: {},
    rules: [],
  },
}

export const UNKNOWN_PROOF: Proof = {
  state: 'unknown',
  reason: 'Kafka was not asked yet',
  cause: { id: 'notAsked', values: {} },
  asOfMs: null,
  kafkaAsOfMs: null,
  valkeyAsOfMs: null,
  topics: [],
  queries: [],
}
