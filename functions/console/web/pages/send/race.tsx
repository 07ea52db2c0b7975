/** The journeys side by side, on one scale of time: answered, then counted. */
import { RouterLink } from 'vue-router'
import { withAt } from '../../at.ts'
import { duration } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'
import { Code } from '../../parts/code.tsx'
import { Panel } from '../../parts/panel.tsx'
import type { Lane } from './use-race.ts'

interface Props {
  readonly lanes: readonly Lane[]
  readonly error: string | undefined
}

export function Race({ lanes, error }: Props) {
  const words = messages.value
  const longest = Math.max(
    0,
    ...lanes.flatMap(({ result, countedMs }) => [result.durationMs, countedMs ?? 0]),
  )
  const stored = lanes.filter(({ result }) => result.ok)
  const fastest = Math.min(...stored.map(({ result }) => result.durationMs))
  return (
    <Panel
      title={words.raceTitle}
      wide
      body={
        <div aria-live="polite">
          {error !== undefined && <p class="send-wrong">{error || words.noAnswer}</p>}
          {error === undefined && lanes.length === 0 && <p class="empty">{words.raceEmpty}</p>}
          <ol class="lanes">
            {lanes.map((lane) => (
              <LaneRow
                key={lane.result.endpoint}
                lane={lane}
                longest={longest}
                isFastest={stored.length > 1 && lane.result.ok && lane.result.durationMs === fastest}
              />
            ))}
          </ol>
        </div>
      }
    />
  )
}

/** The names of google.rpc.Code, by number. */
const GRPC_CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
]

function statusText({ result: { endpoint, ok, status } }: Lane): string {
  const words = messages.value
  if (status === null) return words.unanswered
  const code = endpoint === 'grpc' ? (GRPC_CODES[status] ?? String(status)) : String(status)
  return ok ? words.storedAs(code) : words.refusedWith(code)
}

function LaneRow({
  lane,
  longest,
  isFastest,
}: {
  readonly lane: Lane
  readonly longest: number
  readonly isFastest: boolean
}) {
  const words = messages.value
  const { result, countedMs, journey } = lane
  return (
    <li class={['lane', !result.ok && 'lane-refused']} data-endpoint={result.endpoint}>
      <header>
        <h3>{words.endpointNames[result.endpoint]}</h3>
        <span class={['badge', result.ok ? 'badge-ok' : 'badge-bad']}>{statusText(lane)}</span>
        {isFastest && <span class="badge badge-none">{words.fastest}</span>}
      </header>
      <TimeBar head={words.answeredAfter} ms={result.durationMs} longest={longest} kind="answered" />
      {result.ok && <TimeBar head={words.countedAfter} ms={countedMs} longest={longest} kind="counted" />}
      <p class="lane-answer mono">{result.answer}</p>
      <p class="lane-links">
        {journey !== undefined && (
          <span data-verdict={journey.verdict}>{words.verdicts[journey.verdict]}</span>
        )}
        {result.receipt !== null && (
          <RouterLink to={withAt('/journey', { receipt: result.receipt })}>
            {{ default: () => words.journeyLink }}
          </RouterLink>
        )}
      </p>
      <details>
        <summary>{words.byHand}</summary>
        <Code label={words.endpointNames[result.endpoint]} text={result.command} />
      </details>
    </li>
  )
}

function TimeBar(props: {
  readonly head: string
  /** Undefined: not yet. */
  readonly ms: number | undefined
  readonly longest: number
  readonly kind: 'answered' | 'counted'
}) {
  const { head, ms, longest, kind } = props
  return (
    <div class="time-bar">
      <span>{head}</span>
      <span class="time-track" aria-hidden="true">
        {ms !== undefined && (
          <i
            class={`time-${kind}`}
            style={{ inlineSize: `${longest > 0 ? Math.max(1, (100 * ms) / longest) : 0}%` }}
          />
        )}
      </span>
      <b class="number">{ms === undefined ? '…' : duration(ms / 1000)}</b>
    </div>
  )
}
