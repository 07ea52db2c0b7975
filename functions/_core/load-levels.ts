/** How much load a client makes, or a part takes: one table for all that have levels. */

/** Orders, or whatever it is, a second: a higher level is more load. */
export const LEVELS = { baja: 5, media: 50, alta: 500 } as const

export type Level = keyof typeof LEVELS
