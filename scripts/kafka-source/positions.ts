/** The commit trackers of the partitions this consumer reads. */
import type { TopicPartitionOffset } from 'kafkajs'
import { CommitTracker } from './tracker.ts'

interface Tracked {
  readonly topic: string
  readonly partition: number
  readonly tracker: CommitTracker
}

export class Positions {
  readonly #tracked = new Map<string, Tracked>()

  /** The tracker of a partition whose next record is at `offset`. */
  trackerAt(topic: string, partition: number, offset: number): CommitTracker {
    const key = `${topic}/${partition}`
    const known = this.#tracked.get(key)?.tracker
    if (known !== undefined && !known.isBehind(offset)) return known
    // The group sent us back to what is committed, or the topic is a new one: what is out now counts no more.
    const tracker = new CommitTracker(offset)
    this.#tracked.set(key, { topic, partition, tracker })
    return tracker
  }

  /** Forgets partitions that another member reads now: a late commit would send it back. */
  keepOnly(assignment: Readonly<Record<string, readonly number[]>>): void {
    for (const [key, { topic, partition }] of this.#tracked) {
      if (!assignment[topic]?.includes(partition)) this.#tracked.delete(key)
    }
  }

  /** What is to be committed, and a function to call when it is. */
  due(): { readonly offsets: TopicPartitionOffset[]; readonly committed: () => void } {
    const due = [...this.#tracked.values()].flatMap(({ topic, partition, tracker }) => {
      const position = tracker.due
      return position === undefined ? [] : [{ topic, partition, tracker, position }]
    })
    return {
      offsets: due.map(({ topic, partition, position }) => ({ topic, partition, offset: String(position) })),
      committed: () => {
        for (const { tracker, position } of due) tracker.committed(position)
      },
    }
  }
}
