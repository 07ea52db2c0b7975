/** What a source did since it started. */
export interface Stats {
  /** Taken from the log, redelivered records too. */
  taken: number
  delivered: number
  /** Attempts after the first one, of deliveries and of dead letters. */
  retries: number
  deadLettered: number
  /** Records that are committed and were neither delivered nor kept as a dead letter: a cluster would lose them so. */
  lost: number
  /** Which record was lost last, and why, for people. */
  lastLost: string | undefined
  commits: number
  /** Why the last attempt failed, for people. */
  lastProblem: string | undefined
}

export const newStats = (): Stats => ({
  taken: 0,
  delivered: 0,
  retries: 0,
  deadLettered: 0,
  lost: 0,
  lastLost: undefined,
  commits: 0,
  lastProblem: undefined,
})

/** Of several sources together. */
export function sumOf(all: readonly Stats[]): Stats {
  const sum = newStats()
  for (const stats of all) {
    for (const name of ['taken', 'delivered', 'retries', 'deadLettered', 'lost', 'commits'] as const) {
      sum[name] += stats[name]
    }
    sum.lastLost ??= stats.lastLost
    sum.lastProblem ??= stats.lastProblem
  }
  return sum
}
