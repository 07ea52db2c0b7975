/** Everything that a report says, in one language. */
import type { ArmSpec } from '../../arms.ts'
import type { Figure } from '../../figures.ts'
import type { Outcome } from '../../judge.ts'
import type { PartName } from '../../parts.ts'
import type { Flag, VoidReason } from '../../report.ts'
import type { Gap, Headline, Rule } from '../../verdict.ts'

export interface Words {
  readonly locale: 'en' | 'es'
  readonly language: string
  readonly title: string
  readonly made: (at: string, against: string, domain?: string) => string
  readonly headings: Readonly<Record<Section, string>>
  /** Under a heading: what is shown, and how it was measured. */
  readonly notes: Readonly<Record<Section, string>>
  readonly headline: Readonly<Record<Headline, string>>
  readonly outcome: Readonly<Record<Outcome, string>>
  /** What a rule compares. */
  readonly rules: Readonly<Record<Rule, string>>
  readonly figures: Readonly<Record<Figure, string>>
  /** "REST for …": what its winner is good for. */
  readonly reasons: Partial<Readonly<Record<Rule, string>>>
  readonly use: Readonly<Record<'rest' | 'grpc', string>>
  readonly useNone: string
  readonly gatherFirst: (rest: string, grpc: string) => string
  /** "44 % less", "2.1 times as much", of a ratio to 1. */
  readonly change: (
    ratio: number,
    percent: (share: number) => string,
    number: (value: number) => string,
  ) => string
  readonly parts: Readonly<Record<PartName, string>>
  readonly largestPart: (part: string, share: string) => string
  readonly within: Partial<Readonly<Record<PartName, string>>>
  readonly effects: Readonly<Record<'transport' | 'serialisation', string>>
  readonly gaps: Readonly<Record<Gap, string>>
  readonly flags: Readonly<Record<Flag, string>>
  readonly voids: Readonly<Record<VoidReason, string>>
  readonly arm: (spec: ArmSpec) => string
  /** Processes by name; one that is not here has its own. */
  readonly processes: Readonly<Record<string, string>>
  readonly columns: Readonly<Record<Column, string>>
  readonly units: Readonly<Record<Unit, string>>
  readonly sizes: Readonly<Record<'event' | 'list' | 'text', string>>
  readonly groups: Readonly<Record<Group, string>>
  readonly comparisons: string
  readonly table: string
  readonly nothing: string
  readonly stamp: Readonly<Record<StampLine, string>>
}

export type Section =
  | 'verdict'
  | 'why'
  | 'when'
  | 'capacity'
  | 'cpu'
  | 'latency'
  | 'wire'
  | 'transport'
  | 'serialisation'
  | 'firstCall'
  | 'notMeasured'
  | 'validity'
  | 'stamp'

export type Column =
  | 'what'
  | 'times'
  | 'interval'
  | 'range'
  | 'noise'
  | 'result'
  | 'value'
  | 'client'
  | 'sent'
  | 'received'
  | 'first'
  | 'bytes'
  | 'encode'
  | 'decode'
  | 'valid'
  | 'flags'
  | 'total'
  | 'share'
  | 'apart'
  | 'skipped'

/** Of charts: one event a request, several, and over a single connection. */
export type Group = 'single' | 'batches' | 'connections'

export type Unit = 'eventsPerS' | 'usPerEvent' | 'usPerRequest' | 'bytesPerEvent' | 'ms' | 'slowest'
export type StampLine =
  | 'at'
  | 'commit'
  | 'node'
  | 'cpu'
  | 'cores'
  | 'memoryMib'
  | 'kernel'
  | 'command'
  | 'domain'
  | 'seed'
  | 'rounds'
  | 'against'
