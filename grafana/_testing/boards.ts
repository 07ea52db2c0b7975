/** The committed dashboards, as tests read them. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as z from 'zod'
import { variable } from '../src/board.ts'
import type { RedisQuery } from '../src/redis/query.ts'

const FOLDER = join(import.meta.dirname, '..', 'dashboards')

const ref = z.object({ type: z.string(), uid: z.string() })
const target = z.looseObject({
  refId: z.string(),
  datasource: ref,
  expr: z.string().optional(),
  legendFormat: z.string().optional(),
  instant: z.boolean().optional(),
})
const panel = z.looseObject({
  id: z.number(),
  type: z.string(),
  title: z.string(),
  description: z.string().optional(),
  gridPos: z.object({ h: z.number(), w: z.number(), x: z.number(), y: z.number() }),
  datasource: ref.optional(),
  targets: z.array(target).default([]),
  transformations: z.array(z.looseObject({ id: z.string() })).default([]),
  fieldConfig: z.object({ defaults: z.looseObject({ unit: z.string().optional() }) }).optional(),
})
const templating = z.looseObject({ name: z.string(), type: z.string(), query: z.string().optional() })
const board = z.looseObject({
  uid: z.string(),
  title: z.string(),
  schemaVersion: z.number(),
  templating: z.object({ list: z.array(templating) }),
  panels: z.array(panel),
})

export type Board = z.infer<typeof board>
export type BoardPanel = z.infer<typeof panel>
export type Target = z.infer<typeof target>

export const boards: readonly Board[] = readdirSync(FOLDER).map((name) =>
  board.parse(JSON.parse(readFileSync(join(FOLDER, name), 'utf8'))),
)

/** What a target may ask of Valkey; strict, so that neither `cli` nor streaming gets in. */
export const redisQuery: z.ZodType<RedisQuery> = z.strictObject({
  refId: z.string(),
  datasource: z.object({ type: z.literal('redis-datasource'), uid: z.literal(variable('valkey')) }),
  type: z.literal('command'),
  command: z.enum(['get', 'hget', 'hgetall', 'zrange', 'xrange', 'xrevrange', 'info']),
  keyName: z.string().exactOptional(),
  field: z.string().exactOptional(),
  min: z.string().exactOptional(),
  max: z.string().exactOptional(),
  zrangeQuery: z.literal('REV').exactOptional(),
  start: z.string().exactOptional(),
  end: z.string().exactOptional(),
  count: z.number().exactOptional(),
  section: z.string().exactOptional(),
})

/** Rows are only headings. */
export const panelsOf = ({ panels }: Board): BoardPanel[] => panels.filter(({ type }) => type !== 'row')

/** Labels that the legend of a target names. */
export const legendLabels = ({ legendFormat = '' }: Target): string[] =>
  Array.from(legendFormat.matchAll(/\{\{(\w+)\}\}/g), ([, label]) => label ?? '')
