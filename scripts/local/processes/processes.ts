/** The children of one run: started in order, restarted when they die, stopped in reverse order. */

import { LOG_DIR } from '../../lib/paths.ts'
import { Child, type ChildSpec, type Death } from './child.ts'

export interface ProcessesOptions {
  /** Where each child's output goes, as `<name>.log`. Default: `.caudal/logs`. */
  logDir?: string
  /** Told of each process group as it starts and when it is gone, so that none outlives the runner. */
  guard?: { add: (groupId: number) => void; remove: (groupId: number) => void }
  /** A child died without being told to. */
  onDeath?: (death: Death) => void
}

export class Processes {
  readonly #options: ProcessesOptions
  readonly #children: Child[] = []

  constructor(options: ProcessesOptions = {}) {
    this.#options = options
  }

  /** @throws UserError when the command cannot be run */
  start(spec: ChildSpec): Child {
    const { logDir = LOG_DIR, guard, onDeath } = this.#options
    const child = new Child(spec, {
      logDir,
      onStart: (groupId) => guard?.add(groupId),
      onGone: (groupId) => guard?.remove(groupId),
      onDeath: (death) => onDeath?.(death),
    })
    this.#children.push(child)
    return child
  }

  /** For tests that break things: the death counts as unexpected. @throws when there is no such child */
  kill(name: string, signal: NodeJS.Signals): void {
    this.get(name).kill(signal)
  }

  get(name: string): Child {
    const child = this.#children.find((candidate) => candidate.name === name)
    if (!child) throw new Error(`no child is called ${name}`)
    return child
  }

  /** One after the other, the last started first. */
  async stopAll(): Promise<void> {
    for (const child of this.#children.splice(0).reverse()) await child.stop()
  }
}
