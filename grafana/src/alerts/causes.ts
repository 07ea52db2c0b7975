/** What breaks promises next, or has already: warnings for who looks, never a reason to be woken. */
import { COUNTERS, GAUGES } from '../../../functions/_core/metrics.ts'
import { type Alert, alert } from './rule.ts'

const { lagRecords, dataDisagree, valkeyMemoryBytes, valkeyMemoryLimitBytes, valkeyAppendOnly } = GAUGES
/** Records: what a source has in flight anyway, and a burst leaves for a moment. */
const LAG_RECORDS = 1_000
const MEMORY_SHARE = 0.8
/** Items a second: a hop that lost a connection sends some again, and is done. */
const RETRIES_PER_SECOND = 1
/** Mails: what a server that greylists leaves for a while. */
const MAILS_WAITING = 20
/** Hours: the waits between attempts are an hour at most, so it was refused some times by then. */
const MAIL_LATE_HOURS = 6
/** Mails: addresses that were mistyped make a few. */
const MAILS_GIVEN_UP = 10
/** Days in a state that is not the last: the log has what happened to an order for four days more. */
const STUCK_DAYS = 3
const HOUR_S = 3_600
const LOST_SHOWN = '1h'
const dashboard = 'caudal-pipeline'
const ordersDashboard = 'caudal-pedidos'

export const CAUSES: readonly Alert[] = [
  alert({
    name: 'CaudalFunctionDown',
    expr: 'min by (instance) (up{job="functions"}) == 0',
    for: '2m',
    severity: 'warning',
    summary: 'A pod of a function does not answer Prometheus.',
    description: 'It is there by its name, and its /metrics did not answer for two minutes.',
    runbook: 'function-down',
    dashboard,
  }),
  alert({
    name: 'CaudalLagGrows',
    expr: [
      `max by (topic) (deriv(${lagRecords.name}[10m])) > 0`,
      `and max by (topic) (${lagRecords.name}) > ${LAG_RECORDS}`,
    ].join('\n'),
    for: '10m',
    severity: 'warning',
    summary: 'More is stored than is counted, and the difference grows.',
    description: `More than ${LAG_RECORDS} records of the topic wait, and they grew for ten minutes.`,
    runbook: 'lag-grows',
    dashboard,
  }),
  alert({
    name: 'CaudalDataDisagree',
    expr: `max(${dataDisagree.name}) == 1`,
    for: '2m',
    severity: 'warning',
    summary: 'Valkey and the log do not belong together, and nothing is counted.',
    description:
      'Valkey was emptied, restored from an older copy, or a topic was made again; the sources wait and retry.',
    runbook: 'data-disagree',
    dashboard,
  }),
  alert({
    name: 'CaudalLostRecords',
    // Each of them is one too many: no `for`, and it stays for as long as somebody needs to see it.
    expr: `sum by (topic) (increase(${COUNTERS.lost.name}[${LOST_SHOWN}])) > 0`,
    severity: 'warning',
    summary: 'A record was given up: it is neither counted nor a dead letter.',
    description: `The source could not deliver it in all its retries, nor its dead letter, in the last ${LOST_SHOWN}.`,
    runbook: 'lost-records',
    dashboard,
  }),
  alert({
    name: 'CaudalMailsWait',
    expr: `max(${GAUGES.mailsWaiting.name}) > ${MAILS_WAITING}`,
    for: '30m',
    severity: 'warning',
    summary: 'Mails are put off, and the mail server takes none of them.',
    description: `More than ${MAILS_WAITING} mails have waited for half an hour: more than greylisting does.`,
    runbook: 'mails',
    dashboard: ordersDashboard,
  }),
  alert({
    name: 'CaudalMailLate',
    expr: `max(${GAUGES.mailsOldestSeconds.name}) > ${MAIL_LATE_HOURS * HOUR_S}`,
    for: '10m',
    severity: 'warning',
    summary: 'A mail has been put off again and again.',
    description: `It has been tried for more than ${MAIL_LATE_HOURS} hours; after five days it is given up.`,
    runbook: 'mails',
    dashboard: ordersDashboard,
  }),
  alert({
    name: 'CaudalMailsGivenUp',
    expr: `max(${GAUGES.mailsGivenUp.name}) > ${MAILS_GIVEN_UP}`,
    for: '5m',
    severity: 'warning',
    summary: 'Mails were given up, and nobody has seen to them.',
    description: `More than ${MAILS_GIVEN_UP} mails were refused for good or for five days: more than addresses that were mistyped.`,
    runbook: 'mails-given-up',
    dashboard: ordersDashboard,
  }),
  alert({
    name: 'CaudalStuck',
    expr: `max by (domain, state) (${GAUGES.stateOldestSeconds.name}) > ${STUCK_DAYS * 24 * HOUR_S}`,
    for: '10m',
    severity: 'warning',
    summary: 'Something has been in a state of its life for too long.',
    description: `The one that waits longest has been in this state for more than ${STUCK_DAYS} days, and nothing has moved it.`,
    runbook: 'stuck',
    dashboard: ordersDashboard,
  }),
  alert({
    name: 'CaudalValkeyMemory',
    expr: `max(${valkeyMemoryBytes.name}) / max(${valkeyMemoryLimitBytes.name}) >= ${MEMORY_SHARE}`,
    for: '5m',
    severity: 'warning',
    summary: 'Valkey is nearly full.',
    description: `It uses more than ${MEMORY_SHARE * 100} % of its maxmemory; at 100 % it refuses writes and counting stops.`,
    runbook: 'valkey-memory',
    dashboard,
  }),
  alert({
    name: 'CaudalValkeyAppendOnlyOff',
    expr: `min(${valkeyAppendOnly.name}) == 0`,
    for: '2m',
    severity: 'warning',
    summary: 'What Valkey counts is not on disk.',
    description:
      'Its append only file is off, or could not be written: a restart would forget what was counted.',
    runbook: 'valkey-append-only-off',
    dashboard,
  }),
  alert({
    name: 'CaudalRetries',
    expr: `sum by (function, to) (rate(${COUNTERS.retries.name}[5m])) > ${RETRIES_PER_SECOND}`,
    for: '10m',
    severity: 'warning',
    summary: 'A step keeps being asked again.',
    description: `More than ${RETRIES_PER_SECOND} item a second is sent again, for ten minutes: the step behind is away or too slow.`,
    runbook: 'retries',
    dashboard,
  }),
]
