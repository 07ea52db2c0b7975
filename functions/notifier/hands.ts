/**
 * So many at a time in the whole process, whoever asks; who comes first is first. What waits here is in nobody's hands yet: it
 * has no lease that could end, and when this process or Valkey dies, no more than these are sent without its being known.
 */
export type Hands = <T>(work: () => Promise<T>) => Promise<T>

export function handsOf(count: number): Hands {
  let free = count
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }
}
