/** What became of something that moves through a life: an order, by whatever name its domain has. */
import * as z from 'zod'
import { Query } from './figures.ts'

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

/** Of a life as its newest machine has it. */
const LifeMove = z.object({
  evento: z.string(),
  de: z.array(z.string()),
  a: z.string(),
  actores: z.array(z.string()),
})

/** All things of a domain by where they are in their lives. */
export const Lives = z.object({
  asOfMs: z.number(),
  queries: z.array(Query),
  /** The machine that new ones live by. */
  version: z.number(),
  /** The usual way, from birth on. */
  linea: z.array(z.string()),
  movimientos: z.array(LifeMove),
  estados: z.array(
    z.object({
      estado: z.string(),
      final: z.boolean(),
      /** In it now. */
      ahora: z.number(),
      /** Those that left it, and how long they were in it, in seconds; null where none did. */
      salieron: z.number(),
      promedioS: z.number().nullable(),
      p50S: z.number().nullable(),
      p95S: z.number().nullable(),
    }),
  ),
  /** Events by how they were judged. */
  casos: z.record(z.string(), z.number()),
  /** Not in a final state, those that came into theirs first. */
  detenidos: z.array(z.object({ id: z.string(), estado: z.string(), desdeMs: z.number() })),
})
export type Lives = z.infer<typeof Lives>

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
