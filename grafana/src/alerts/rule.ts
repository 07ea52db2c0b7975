/** Rules as Prometheus reads them (https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/). */

export interface Record {
  readonly record: string
  readonly expr: string
}

export interface Alert {
  readonly alert: string
  readonly expr: string
  readonly for?: string
  readonly labels: { readonly severity: Severity }
  readonly annotations: {
    readonly summary: string
    readonly description: string
    readonly runbook_url: string
    readonly dashboard_url: string
  }
}

/** `page`: somebody looks now. `ticket`: this week. `warning`: a cause, for who looks already. */
export type Severity = 'page' | 'ticket' | 'warning'

export interface AlertSpec {
  readonly name: string
  readonly expr: string
  readonly for?: string
  readonly severity: Severity
  readonly summary: string
  readonly description: string
  /** The anchor of its entry. */
  readonly runbook: string
  /** The uid of the dashboard where to look. */
  readonly dashboard: string
}

/** From the root of the repository. */
export const RUNBOOK = 'docs/runbook.md'

export const alert = ({
  name,
  severity,
  summary,
  description,
  runbook,
  dashboard,
  ...rule
}: AlertSpec): Alert => ({
  alert: name,
  ...rule,
  labels: { severity },
  annotations: {
    summary,
    description,
    runbook_url: `${RUNBOOK}#${runbook}`,
    // From Grafana's own address.
    dashboard_url: `/d/${dashboard}`,
  },
})
