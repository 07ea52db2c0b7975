/** What became of something that moves through a life: an order, by whatever name its domain has. */
import * as z from 'zod'

const Judged = z.object({
  /** Its place among all that were judged, from 1 on; 0: refused. */
  n: z.number(),
  /** movio, salto (skipped states), repetido, tarde, migrado; rechazado. */
  caso: z.string(),
  /** The state before; empty at birth. */
  de: z.string(),
  /** The state after; empty: refused. */
  a: z.string(),
  evento: z.string(),
  actor: z.string(),
  /** RFC 3339, of the event. */
  time: z.string(),
  /** `<source>#<id>`. */
  id: z.string(),
})

export const Life = z.object({
  id: z.string(),
  estado: z.string(),
  /** RFC 3339: when it came into its state, by the event's own time. */
  desde: z.string(),
  /** Of the machine that it lives by. */
  version: z.number(),
  /** What it was born with. */
  datos: z.record(z.string(), z.string()),
  /** In the order in which they were judged. */
  historia: z.array(Judged),
  rechazados: z.array(Judged.extend({ permitidos: z.array(z.string()) })),
  /** What is allowed next, and whom. */
  permitidos: z.array(z.object({ evento: z.string(), a: z.string(), actores: z.array(z.string()) })),
})
export type Life = z.infer<typeof Life>
