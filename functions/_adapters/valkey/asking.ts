/** Many questions to Valkey in one transaction: all answers are of the same moment. */

/** The calls this needs of a Valkey client (ioredis has them). */
export interface ReadClient {
  multi(commands: string[][]): { exec(): Promise<[Error | null, unknown][] | null> }
}

/** The answer to a question, once all were asked. @throws the error that Valkey answered to this one */
export type Answered<T> = () => T

export class Asking {
  readonly #commands: string[][] = []
  #replies: [Error | null, unknown][] | undefined

  ask(...command: string[]): Answered<unknown> {
    const at = this.#commands.push(command) - 1
    return () => {
      if (this.#replies === undefined) throw new Error('nobody has asked yet')
      const [error, reply] = this.#replies[at] ?? [new Error('no reply'), undefined]
      if (error !== null) throw new Error(`${command[0]} ${command[1]}: ${error.message}`)
      return reply
    }
  }

  text(...command: string[]): Answered<string | null> {
    const reply = this.ask(...command)
    return () => reply() as string | null
  }

  texts(...command: string[]): Answered<(string | null)[]> {
    const reply = this.ask(...command)
    return () => reply() as (string | null)[]
  }

  /** Every field of one; some clients make an object of it. */
  hash(key: string): Answered<Readonly<Record<string, string>>> {
    const reply = this.ask('hgetall', key)
    return () => {
      const held = reply()
      if (!Array.isArray(held)) return held as Record<string, string>
      return Object.fromEntries(held.flatMap((field, at) => (at % 2 === 0 ? [[field, held[at + 1]]] : [])))
    }
  }

  async send(client: ReadClient): Promise<void> {
    if (this.#commands.length === 0) return
    const replies = await client.multi(this.#commands).exec()
    if (replies === null) throw new Error('Valkey broke off the reading')
    this.#replies = replies
  }
}

/** Members and scores in turn, as ZRANGE answers. */
export function scored(reply: unknown): { member: string; score: number }[] {
  const flat = reply as string[]
  return flat.flatMap((member, at) => (at % 2 === 0 ? [{ member, score: Number(flat[at + 1]) }] : []))
}
