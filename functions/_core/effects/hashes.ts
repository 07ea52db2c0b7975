/** Sums in hashes: what `count` by a field, `sum` and `series` change. */
import { type Amount, plus } from './amount.ts'
import type { Gathered, Section } from './operation.ts'

/** The script adds smaller numbers to smaller numbers in doubles; all others are sent as strings. */
const EXACT = 1e15

interface Hash {
  readonly cents: boolean
  readonly keepSeconds: number
  readonly by: Map<string | number, Amount>
}

/** The key of the integer cents beside the decimals of a sum. */
export const centsKey = (key: string): string => `${key}:centavos`

/** Encoded as `[key, cents, keepSeconds, [field, …], [amount, …]]`. */
class Hashes implements Gathered {
  private readonly hashes = new Map<string, Hash>()

  /**
   * @param cents the hash holds decimals, {@link centsKey} the integers
   * @param keepSeconds the hash is forgotten so long after its last change; 0: never
   */
  add(key: string, field: string | number, by: Amount, cents: boolean, keepSeconds = 0): void {
    let hash = this.hashes.get(key)
    if (hash === undefined) {
      hash = { cents, keepSeconds, by: new Map() }
      this.hashes.set(key, hash)
    }
    hash.by.set(field, plus(hash.by.get(field) ?? 0, by))
  }

  keys(): string[] {
    return Array.from(this.hashes, ([key, { cents }]) => (cents ? [key, centsKey(key)] : [key])).flat()
  }

  encode(): unknown[] {
    return Array.from(this.hashes, ([key, { cents, keepSeconds, by }]) => [
      key,
      cents,
      keepSeconds,
      Array.from(by.keys(), String),
      Array.from(by.values(), amountText),
    ])
  }
}

export const hashes: Section<Hashes> = { name: 'hashes', gather: () => new Hashes() }

const amountText = (amount: Amount): number | string => (amount < EXACT ? Number(amount) : String(amount))
