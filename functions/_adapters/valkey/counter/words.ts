/** Dedupe keys travel as bits of 32-bit words: a few for a whole batch, since the numbers of a process come close together. */
const WORD_BITS = 32

export const wordOf = (bit: number): number => Math.floor(bit / WORD_BITS)

/** SETBIT counts bits from the most significant on. */
export const maskOf = (bit: number): number => (0x8000_0000 >>> (bit % WORD_BITS)) >>> 0
