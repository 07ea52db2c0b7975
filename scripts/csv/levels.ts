/** How fast a file is sent. */

/** Orders, or whatever a file holds, started per second. */
export const LEVELS = { baja: 5, media: 50, alta: 500 } as const

export type Level = keyof typeof LEVELS
