/** What all dashboards have: a fixed uid, the data sources as variables, links to each other, and how often they look. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  type Panel,
  RowBuilder,
} from '@grafana/grafana-foundation-sdk/dashboard'

/** A variable of the dashboard, as queries name it. */
export const variable = (name: string): string => `\${${name}}`

/** Marks what belongs together; the links find the others by it. */
const TAG = 'caudal'

export interface BoardSpec {
  /** In addresses and alerts: never changed. */
  readonly uid: string
  readonly title: string
  readonly description: string
  /** Of `valkey` and `prometheus`, those that it asks. */
  readonly sources: readonly ('valkey' | 'prometheus')[]
  readonly from?: string
}

const SOURCES = {
  valkey: ['redis-datasource', 'Valkey', 'Where the totals are'],
  prometheus: ['prometheus', 'Prometheus', 'Where the metrics are'],
} as const

export function board({ uid, title, description, sources, from = 'now-1h' }: BoardSpec): DashboardBuilder {
  const built = new DashboardBuilder(title)
    .uid(uid)
    .description(description)
    .tags([TAG])
    .time({ from, to: 'now' })
    // Panels over Valkey show what is there when they ask.
    .refresh('10s')
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .link(
      new DashboardLinkBuilder('Caudal')
        .type(DashboardLinkType.Dashboards)
        .tags([TAG])
        .icon('external link')
        .tooltip('The other dashboards, at the same time range')
        .keepTime(true),
    )
  for (const source of sources) {
    const [type, label, about] = SOURCES[source]
    built.withVariable(new DatasourceVariableBuilder(source).type(type).label(label).description(about))
  }
  return built
}

/** The panels of each row, from left to right, under its title. */
export function withRows(
  built: DashboardBuilder,
  rows: readonly (readonly [title: string, panels: readonly Builder<Panel>[]])[],
): DashboardBuilder {
  for (const [title, panels] of rows) {
    built.withRow(new RowBuilder(title))
    for (const panel of panels) built.withPanel(panel)
  }
  return built
}
