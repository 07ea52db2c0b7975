/** Kafka's own word for what passes by itself (its protocol's error codes): a topic so new that not every broker knows it. */
export const isRetriable = (error: unknown): boolean =>
  error instanceof Error && 'retriable' in error && error.retriable === true
