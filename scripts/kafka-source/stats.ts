/** What a source did since it started. */
export interface Stats {
  /** Taken from the log, redelivered records too. */
  taken: number
  delivered: number
  /** Attempts after the first one. */
  retries: number
  deadLettered: number
  /** Writes of dead letters that failed and were tried again. */
  deadLetterRetries: number
  commits: number
  /** Why the last delivery attempt failed, for people. */
  lastProblem: string | undefined
}

export const newStats = (): Stats => ({
  taken: 0,
  delivered: 0,
  retries: 0,
  deadLettered: 0,
  deadLetterRetries: 0,
  commits: 0,
  lastProblem: undefined,
})
