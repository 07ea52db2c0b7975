/** Panels as this project draws them: each with a title, what it says, a unit and a place; what differs is the kind. */
import { PanelBuilder as BarChart } from '@grafana/grafana-foundation-sdk/barchart'
import { PanelBuilder as BarGauge } from '@grafana/grafana-foundation-sdk/bargauge'
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import {
  BarGaugeDisplayMode,
  BigValueGraphMode,
  BigValueTextMode,
  type DataSourceRef,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizOrientation,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type DataTransformerConfig,
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import { PanelBuilder as Stat } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as Table } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeSeries } from '@grafana/grafana-foundation-sdk/timeseries'
import { variable } from './board.ts'

/** Chosen by a variable of the dashboard, so that it can be imported anywhere. */
export const VALKEY: DataSourceRef = { type: 'redis-datasource', uid: variable('valkey') }
export const PROMETHEUS: DataSourceRef = { type: 'prometheus', uid: variable('prometheus') }

export interface PanelSpec {
  readonly title: string
  /** What it says and how it is reckoned, for the reader's ⓘ. */
  readonly description: string
  /** As Grafana names units; https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts */
  readonly unit: string
  readonly decimals?: number
  readonly source: DataSourceRef
  readonly targets: readonly Builder<Dataquery>[]
  /** Of 24 columns, and in rows of 30 px. */
  readonly width: number
  readonly height: number
  readonly transformations?: readonly DataTransformerConfig[]
  readonly thresholds?: readonly Threshold[]
  /** What is shown before there is anything. */
  readonly empty?: string
}

/** What the builders of all kinds have in common. */
interface AnyPanel extends Builder<Panel> {
  title(title: string): this
  description(text: string): this
  unit(unit: string): this
  decimals(digits: number): this
  datasource(ref: DataSourceRef): this
  span(columns: number): this
  height(rows: number): this
  noValue(text: string): this
  withTarget(target: Builder<Dataquery>): this
  withTransformation(transformation: DataTransformerConfig): this
  thresholds(thresholds: Builder<{ mode: ThresholdsMode; steps: Threshold[] }>): this
}

function dress<Kind extends AnyPanel>(panel: Kind, spec: PanelSpec): Kind {
  panel
    .title(spec.title)
    .description(spec.description)
    .unit(spec.unit)
    .datasource(spec.source)
    .span(spec.width)
    .height(spec.height)
    .noValue(spec.empty ?? 'Nothing yet')
  if (spec.decimals !== undefined) panel.decimals(spec.decimals)
  for (const target of spec.targets) panel.withTarget(withSource(target, spec.source))
  for (const transformation of spec.transformations ?? []) panel.withTransformation(transformation)
  const steps = spec.thresholds ?? [{ value: null, color: 'green' }]
  return panel.thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps([...steps]))
}

const withSource = (target: Builder<Dataquery>, datasource: DataSourceRef): Builder<Dataquery> => ({
  build: () => ({ ...target.build(), datasource }),
})

/** Each number of the newest row: every column is one value. */
const lastNumbers = () => new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false)

/** Big figures; `named` ones say whose they are. */
export const stat = (spec: PanelSpec & { readonly named?: true }): Stat =>
  dress(new Stat(), spec)
    .reduceOptions(lastNumbers())
    .graphMode(BigValueGraphMode.None)
    .textMode(spec.named ? BigValueTextMode.ValueAndName : BigValueTextMode.Value)

/** A ranking: a bar for each column, in their order. */
export const bars = (spec: PanelSpec): BarGauge =>
  dress(new BarGauge(), spec)
    .reduceOptions(lastNumbers())
    .orientation(VizOrientation.Horizontal)
    .displayMode(BarGaugeDisplayMode.Basic)
    .min(0)

/** A bar for each row, named by its text. */
export const barChart = (spec: PanelSpec & { readonly by: string }): BarChart =>
  dress(new BarChart(), spec).xField(spec.by).showValue(VisibilityMode.Always).legend(hiddenLegend()).min(0)

const hiddenLegend = () =>
  new VizLegendOptionsBuilder()
    .showLegend(false)
    .displayMode(LegendDisplayMode.List)
    .placement(LegendPlacement.Bottom)
    .calcs([])

/** Lines over time. */
export const lines = (spec: PanelSpec): TimeSeries =>
  dress(new TimeSeries(), spec)
    .fillOpacity(8)
    .showPoints(VisibilityMode.Auto)
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .min(0)

export const table = (spec: PanelSpec): Table => dress(new Table(), spec)

/** Lines: values over the time range of the dashboard. */
export const promql = (refId: string, expr: string, legend: string): Builder<Dataquery> =>
  new DataqueryBuilder().refId(refId).expr(expr).legendFormat(legend).range()

/** Figures: values of now. */
export const promqlNow = (refId: string, expr: string, legend: string): Builder<Dataquery> =>
  new DataqueryBuilder().refId(refId).expr(expr).legendFormat(legend).instant()

export type Line = readonly [expr: string, legend: string]

/** Lines over Prometheus, eight rows high. */
export const linesOf = (
  title: string,
  description: string,
  unit: string,
  width: number,
  ...asked: readonly Line[]
): TimeSeries =>
  lines({
    title,
    description,
    unit,
    source: PROMETHEUS,
    targets: asked.map(([expr, legend], at) => promql(String.fromCharCode(65 + at), expr, legend)),
    width,
    height: 8,
  })
