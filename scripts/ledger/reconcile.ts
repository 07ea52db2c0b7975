/** Whether the figures of a run agree: every equation by itself, so that a wrong one says where to look. */

/** Events of this run alone. */
export interface RunFigures {
  readonly sent: number
  readonly acknowledged: number
  readonly refused: number
  readonly unknown: number
  /** Records the topics got, each with one event or many. */
  readonly records: number
  /** Events in these. */
  readonly in_kafka: number
  /** Of these, with an identity that another event had before. */
  readonly duplicates: number
  /** Of these, in a dead letter topic and not counted. */
  readonly dead_lettered: number
  /** Of these, moves that a life does not allow where they stand in the log. */
  readonly illegal: number
  /** Counted, though not allowed where they stand: they were delivered again later, and judged anew. */
  readonly judged_anew: number
  /** By Valkey's own counters. */
  readonly counted: number
}

export interface Evidence extends RunFigures {
  /** Acknowledged more than once under the same identity. */
  readonly repeated: number
  /** Moves that are not allowed, are not counted, and are no dead letters. */
  readonly illegalAlive: number
  /** From other endpoints than the load's, whose clients nobody here asked. */
  readonly others: number
  /** Receipts whose event is not in the log, or not marked in Valkey; a few of them. */
  readonly lost: readonly string[]
  readonly lostCount: number
  /** Where Valkey and the recomputation differ; a few of them. */
  readonly differences: readonly string[]
  readonly differenceCount: number
}

export interface Check {
  readonly rule: string
  readonly holds: boolean
  /** The figures of it. */
  readonly detail: string
}

export function checksOf(evidence: Evidence): Check[] {
  const { sent, acknowledged, refused, unknown, in_kafka, duplicates, dead_lettered, counted } = evidence
  const { repeated, others, lost, lostCount, differences, differenceCount } = evidence
  const { illegal, illegalAlive } = evidence
  const identities = acknowledged - repeated
  const moves = illegal === 0 ? '' : ` − ${illegal} that are not allowed`
  const most = identities + unknown + others
  return [
    {
      rule: `every acknowledged event is counted${illegal > 0 ? ', or not allowed' : ''}`,
      holds: lostCount === 0,
      detail: lostCount === 0 ? `${acknowledged} looked up` : `${lostCount} are not: ${lost.join(', ')}`,
    },
    {
      rule: 'sent = acknowledged + refused + unknown',
      holds: sent === acknowledged + refused + unknown,
      detail: `${sent} = ${acknowledged} + ${refused} + ${unknown}`,
    },
    {
      rule: 'in Kafka − duplicates − dead letters = counted',
      holds: in_kafka - duplicates - dead_lettered === counted,
      detail: `${in_kafka} − ${duplicates} − ${dead_lettered} = ${counted}`,
    },
    {
      rule: 'acknowledged ≤ counted ≤ acknowledged + unknown',
      holds: identities - illegal <= counted && counted <= most,
      detail: `${identities}${moves} ≤ ${counted} ≤ ${most}${others > 0 ? ` (${others} by other endpoints)` : ''}`,
    },
    ...(illegal > 0 ? [movesCheck(illegal, illegalAlive)] : []),
    {
      rule: 'every aggregate = recomputed from the log',
      holds: differenceCount === 0,
      detail: differenceCount === 0 ? 'to the cent' : `${differenceCount} differ: ${differences.join('; ')}`,
    },
  ]
}

const movesCheck = (illegal: number, alive: number): Check => ({
  rule: 'every move that is not allowed = a dead letter',
  holds: alive === 0,
  detail: alive === 0 ? `${illegal} of them` : `${alive} of ${illegal} are none`,
})
