/**
 * How Knative scales the functions. The metrics are Knative's own (Serving 1.15, OpenCensus names): the autoscaler's and
 * the activator's, and those of queue-proxy in front of each function. From 1.19 on they have other names (README.md).
 */
import type { DashboardBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { board, withRows } from '../board.ts'
import { perSecond, quantile } from '../metrics.ts'
import { type Line, linesOf } from '../panels.ts'

const SERVICE = 'service_name'
const HALF = 12
/** Queue-proxy measures in milliseconds. */
const REQUESTS = 'revision_request_count'
const LATENCIES = { name: 'revision_request_latencies' }
const APP_LATENCIES = { name: 'revision_app_request_latencies' }
const ACTIVATED = 'activator_request_count'
const ACTIVATOR_LATENCIES = { name: 'activator_request_latencies' }

export function autoscaling(): DashboardBuilder {
  const built = board({
    uid: 'caudal-autoscaling',
    title: 'Autoscaling',
    description:
      'How many pods each function has and should have, and what a cold start costs. On Knative only.',
    sources: ['prometheus'],
    from: 'now-30m',
  })
  return withRows(built, [
    ['Pods', pods()],
    ['What it scales by', concurrency()],
    ['In front of the functions', queueProxy()],
    ['From zero', coldStarts()],
  ])
}

const chart = (title: string, description: string, unit: string, ...asked: readonly Line[]) =>
  linesOf(title, description, unit, HALF, ...asked)

const byService = (metric: string, how: 'sum' | 'max' = 'sum') => `${how} by (${SERVICE}) (${metric})`

const pods = () => [
  chart(
    'Desired and actual',
    'Pods that the autoscaler wants, and those that there are.',
    'short',
    [byService('autoscaler_desired_pods'), `{{${SERVICE}}} desired`],
    [byService('autoscaler_actual_pods'), `{{${SERVICE}}} actual`],
  ),
  chart(
    'Not ready',
    'Pods that are there and take no requests yet: pending, or not ready.',
    'short',
    [byService('autoscaler_not_ready_pods'), `{{${SERVICE}}} not ready`],
    [byService('autoscaler_pending_pods'), `{{${SERVICE}}} pending`],
  ),
]

const concurrency = () => [
  chart(
    'Concurrency and target',
    'Requests in flight in each pod, over the stable window, and what the autoscaler aims at.',
    'short',
    [
      `${byService('autoscaler_stable_request_concurrency')} / (${byService('autoscaler_actual_pods')} > 0)`,
      `{{${SERVICE}}}`,
    ],
    [byService('autoscaler_target_concurrency_per_pod', 'max'), `{{${SERVICE}}} target`],
  ),
  chart('Panic', '1 while the last few seconds had so much that the autoscaler takes no pod away.', 'short', [
    byService('autoscaler_panic_mode', 'max'),
    `{{${SERVICE}}}`,
  ]),
]

const queueProxy = () => [
  chart('Requests to the pods', 'Requests a second, as queue-proxy sees them.', 'reqps', [
    perSecond(REQUESTS, [SERVICE, 'response_code_class']),
    `{{${SERVICE}}} {{response_code_class}}`,
  ]),
  chart(
    'Latency with and without the queue',
    '99 requests in 100 take no longer: with queue-proxy, and of it the function alone.',
    'ms',
    [quantile(0.99, LATENCIES, [SERVICE]), `{{${SERVICE}}} p99`],
    [quantile(0.99, APP_LATENCIES, [SERVICE]), `{{${SERVICE}}} p99 function`],
  ),
]

const coldStarts = () => [
  chart(
    'Requests that waited for a pod',
    'Requests a second through the activator: there was no pod.',
    'reqps',
    [perSecond(ACTIVATED, [SERVICE]), `{{${SERVICE}}}`],
  ),
  chart(
    'Cold start',
    'What those requests took, half of them and 99 in 100.',
    'ms',
    [quantile(0.5, ACTIVATOR_LATENCIES, [SERVICE]), `{{${SERVICE}}} p50`],
    [quantile(0.99, ACTIVATOR_LATENCIES, [SERVICE]), `{{${SERVICE}}} p99`],
  ),
]
