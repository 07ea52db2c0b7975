/**
 * Which lines of a file were acknowledged, one number a line in a file of its own: what a resumed sending need not send
 * again. A process that is killed may lose the last of them, which are then sent twice, under the same keys.
 */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface Journal {
  /** Lines that an earlier sending had acknowledged. */
  readonly done: ReadonlySet<number>
  add(line: number): void
  close(): void
}

/** @param resume false: begin anew */
export function openJournal(file: string, resume: boolean): Journal {
  mkdirSync(dirname(file), { recursive: true })
  // The last line may have been cut off: what is added would become part of its number.
  const whole = resume && existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []
  writeFileSync(file, whole.map((line) => `${line}\n`).join(''))
  const handle = openSync(file, 'a')
  return {
    done: new Set(whole.map(Number)),
    add: (line) => void writeSync(handle, `${line}\n`),
    close: () => closeSync(handle),
  }
}
