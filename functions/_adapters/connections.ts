/**
 * The connections of a server, bounded. While as many are open as may be, one that nobody would miss is closed to keep a
 * place free: of those that nothing was asked on for a while, the one that is idle for longest, or else the one that owes
 * something: the rest of its request, or reading its answer. So nobody shuts others out by holding connections open, and
 * a storm of new ones takes no more places in a second than there are. When there is none to close, Node closes new ones
 * before they cost anything.
 */
import type { Server } from 'node:net'
import type { ServerBounds } from '../_core/server-bounds.ts'

/** Who has to do something next on a connection: nobody, the client, or this side. */
export type Occupation = 'idle' | 'owing' | 'served'

/** How often a full server looks again for a connection to close, in milliseconds. */
const LOOK_MS = 50

interface Closable {
  destroy(): void
  once(event: 'close', listener: () => void): unknown
}

interface Entry<Work> {
  /** When it was opened, or when its last work began: milliseconds, of any beginning. */
  readonly sinceMs: number
  /** What is not there any more is not held here: with its body, a request can be megabytes. */
  work: Work | 'none yet' | 'done'
}

export class Connections<Connection extends Closable, Work extends object> {
  /** The one that nothing was asked on for longest is first. */
  readonly #open = new Map<Connection, Entry<Work>>()
  readonly #bounds: ServerBounds
  readonly #occupationOf: (work: Work) => Occupation
  #looking: NodeJS.Timeout | undefined

  constructor(server: Server, bounds: ServerBounds, occupationOf: (work: Work) => Occupation) {
    this.#bounds = bounds
    this.#occupationOf = occupationOf
    server.maxConnections = bounds.connections
    server.on('drop', () => bounds.onConnectionClosed('full'))
    server.on('close', () => clearTimeout(this.#looking))
  }

  opened(connection: Connection): void {
    this.#open.set(connection, { sinceMs: performance.now(), work: 'none yet' })
    connection.once('close', () => this.#open.delete(connection))
    if (this.#looking === undefined) this.#keepOneFree(connection)
  }

  /** A request has begun on it. */
  begin(connection: Connection, work: Work): void {
    if (this.#open.delete(connection)) this.#open.set(connection, { sinceMs: performance.now(), work })
  }

  /** Nothing more comes of it. */
  end(connection: Connection, work: Work): void {
    const entry = this.#open.get(connection)
    if (entry?.work === work) entry.work = 'done'
  }

  #keepOneFree(newest?: Connection): void {
    this.#looking = undefined
    if (this.#open.size < this.#bounds.connections || this.#closeOne(newest)) return
    this.#looking = setTimeout(() => this.#keepOneFree(), LOOK_MS).unref()
  }

  #closeOne(newest?: Connection): boolean {
    const before = performance.now() - this.#bounds.graceMs
    let owing: Connection | undefined
    for (const [connection, { sinceMs, work }] of this.#open) {
      if (sinceMs > before || connection === newest) break
      const occupation = this.#occupation(work)
      if (occupation === 'idle') return this.#close(connection, 'idle')
      if (occupation === 'owing') owing ??= connection
    }
    return owing !== undefined && this.#close(owing, 'slow')
  }

  #occupation(work: Entry<Work>['work']): Occupation {
    if (work === 'none yet') return 'owing'
    return work === 'done' ? 'idle' : this.#occupationOf(work)
  }

  #close(connection: Connection, reason: 'idle' | 'slow'): true {
    this.#open.delete(connection)
    connection.destroy()
    this.#bounds.onConnectionClosed(reason)
    return true
  }
}
