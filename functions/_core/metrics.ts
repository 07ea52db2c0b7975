/** The registry of metrics: dashboards and alerts use only what is named here. Every series has the label `function`. */

import { TIME_BOUNDS_S } from './life.ts'

/** Latency bounds in seconds, from a Valkey script to the longest a client may wait. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const ITEMS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]

export const COUNTERS = {
  requests: {
    name: 'caudal_requests_total',
    help: 'Requests and calls answered, by endpoint and status code',
    labels: ['endpoint', 'code'],
  },
  stored: {
    name: 'caudal_stored_total',
    help: 'Events that all in-sync replicas of Kafka have',
    labels: ['domain'],
  },
  counted: { name: 'caudal_counted_total', help: 'Events counted for the first time', labels: ['domain'] },
  moves: {
    name: 'caudal_moves_total',
    help: 'Events that were judged by the life of what they are about, by verdict (movio, salto, repetido, tarde, migrado) and the state after',
    labels: ['domain', 'verdict', 'state'],
  },
  duplicates: {
    name: 'caudal_duplicates_total',
    help: 'Events that had been counted before and changed nothing',
    labels: ['domain'],
  },
  deadLetters: {
    name: 'caudal_dead_letters_total',
    help: 'Requests and records that became dead letters, by reason: an error code, or retriesExhausted',
    labels: ['reason'],
  },
  lost: {
    name: 'caudal_lost_records_total',
    help: 'Records that a KafkaSource gave up: neither delivered nor a dead letter',
    labels: ['topic'],
  },
  bodiesRefused: {
    name: 'caudal_bodies_refused_total',
    help: 'Bodies of requests that were not waited for: full, no room for their bytes; slow, not there in time',
    labels: ['reason'],
  },
  connectionsClosed: {
    name: 'caudal_connections_closed_total',
    help: 'Connections closed while as many were open as may be: idle, between requests; slow, held up by the client; full, new ones',
    labels: ['reason'],
  },
  mails: {
    name: 'caudal_mails_total',
    help: 'Mails by what became of them: sent, later (refused for now, put off), queued (more than can be sent at once, put off), limited (too many to one address, put off), dead (given up), optedOut, noAddress, expired (forgotten meanwhile)',
    labels: ['result'],
  },
  retries: { name: 'caudal_retries_total', help: 'Items sent again to the next step', labels: ['to'] },
} as const

export const HISTOGRAMS = {
  requestSeconds: {
    name: 'caudal_request_duration_seconds',
    help: 'Time from a request to its answer',
    labels: ['endpoint'],
    buckets: SECONDS,
  },
  callSeconds: {
    name: 'caudal_call_duration_seconds',
    help: 'Time of one call to the next step',
    labels: ['to'],
    buckets: SECONDS,
  },
  batchItems: {
    name: 'caudal_batch_items',
    help: 'Items in one call to the next step',
    labels: ['to'],
    buckets: ITEMS,
  },
  stateSeconds: {
    name: 'caudal_state_duration_seconds',
    help: 'Time that something was in the state which it left, by the times of events; below 0 is 0',
    labels: ['domain', 'state'],
    buckets: TIME_BOUNDS_S,
  },
  visibilitySeconds: {
    name: 'caudal_visibility_seconds',
    help: 'Time from the acceptance of an event to its count being visible',
    labels: ['domain'],
    buckets: [...SECONDS, 30, 60, 300],
  },
} as const

export const GAUGES = {
  queueItems: {
    name: 'caudal_queue_items',
    help: 'Items waiting for a call to the next step',
    labels: ['to'],
  },
  bodyBytes: {
    name: 'caudal_body_bytes',
    help: 'Bytes of request bodies that are held, also of those still arriving',
    labels: [],
  },
  lagRecords: {
    name: 'caudal_lag_records',
    help: 'Records of a topic that are stored and not yet delivered, by the offsets committed',
    labels: ['topic'],
  },
  gapRecords: {
    name: 'caudal_gap_records',
    help: 'Records of a topic that are accepted, and neither counted, nor waiting, nor dead letters',
    labels: ['topic'],
  },
  dataDisagree: {
    name: 'caudal_data_disagree',
    help: '1 while Valkey and the log hold data that do not belong together, and nothing is counted, else 0',
    labels: [],
  },
  mailsWaiting: { name: 'caudal_mails_waiting', help: 'Mails that are put off until later', labels: [] },
  mailsOldestSeconds: {
    name: 'caudal_mails_oldest_seconds',
    help: 'How long the mail that is put off for longest has been tried; 0 when none is',
    labels: [],
  },
  mailsGivenUp: {
    name: 'caudal_mails_given_up',
    help: 'Mails that were given up and that nobody has had sent again or dropped',
    labels: [],
  },
  stateThings: {
    name: 'caudal_state_things',
    help: 'Things that are in a state of their life now',
    labels: ['domain', 'state'],
  },
  stateMeanSeconds: {
    name: 'caudal_state_mean_seconds',
    help: 'Time that things were in a state which they have left, on average',
    labels: ['domain', 'state'],
  },
  stateOldestSeconds: {
    name: 'caudal_state_oldest_seconds',
    help: 'How long the thing that waits longest has been in a state; not there when none is in it',
    labels: ['domain', 'state'],
  },
  valkeyMemoryBytes: { name: 'caudal_valkey_memory_bytes', help: 'Memory that Valkey uses', labels: [] },
  valkeyMemoryLimitBytes: {
    name: 'caudal_valkey_memory_limit_bytes',
    help: 'Memory that Valkey may use (maxmemory); not there when it has no limit',
    labels: [],
  },
  valkeyAppendOnly: {
    name: 'caudal_valkey_append_only',
    help: '1 while Valkey keeps its append only file and could write it the last time, else 0',
    labels: [],
  },
} as const

export type ReadGauge = () => number | undefined | Promise<number | undefined>

type Labels = Readonly<Record<string, string>>

/** Bound once, called often: the look-up of a series costs more than its update. */
export interface Metrics {
  counter(name: keyof typeof COUNTERS, labels: Labels): (by?: number) => void
  histogram(name: keyof typeof HISTOGRAMS, labels: Labels): (value: number) => void
  /** Read each time somebody asks; undefined, or a reading that fails, leaves the series out: unknown is not 0. */
  gauge(name: keyof typeof GAUGES, labels: Labels, read: ReadGauge): void
  /** Prometheus text format 0.0.4. */
  expose(): Promise<{ readonly contentType: string; readonly text: string }>
}
