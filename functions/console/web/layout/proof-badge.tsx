/** Whether everything accepted is accounted for, on every page: green only when it is proven, and fresh. */
import { RouterLink } from 'vue-router'
import type { Proof } from '../../api.ts'
import { withAt } from '../at.ts'
import { integer } from '../i18n/format.ts'
import { messages } from '../i18n/locale.ts'
import { frame } from '../live/state.ts'
import { Age } from '../parts/age.tsx'

export type Tone = 'ok' | 'warn' | 'bad' | 'none'

const TONES: Readonly<Record<Proof['state'], Tone>> = {
  holds: 'ok',
  broken: 'bad',
  unknown: 'none',
  stale: 'warn',
}
const MARKS: Readonly<Record<Tone, string>> = { ok: '✓', warn: '!', bad: '✗', none: '?' }

export interface ProofSum {
  readonly accepted: number
  readonly counted: number
  readonly waiting: number
  readonly dead: number
  readonly gap: number
}

/** Over all topics; undefined when a figure of any is not known. */
function sumOf({ topics }: Proof): ProofSum | undefined {
  const sum = { accepted: 0, counted: 0, waiting: 0, dead: 0, gap: 0 }
  for (const topic of topics) {
    for (const name of ['accepted', 'counted', 'waiting', 'dead', 'gap'] as const) {
      const value = topic[name]
      if (value === null) return undefined
      sum[name] += value
    }
  }
  return sum
}

function equation(sum: ProofSum): string {
  const { accepted, counted, waiting, dead } = sum
  return messages.value.equation(integer(accepted), integer(counted), integer(waiting), integer(dead))
}

function sentence(proof: Proof, sum: ProofSum | undefined): string {
  if (proof.state === 'holds') return messages.value.proofHolds
  if (proof.state === 'broken') return messages.value.proofBroken(sum?.gap ?? 0, integer(sum?.gap ?? 0))
  return proof.state === 'stale' ? messages.value.proofStale : messages.value.proofUnknown
}

export function ProofBadge() {
  const proof = frame.value?.proof
  if (proof === undefined) return <span class="badge badge-none">? {messages.value.proofUnknown}</span>
  const tone = TONES[proof.state]
  const sum = sumOf(proof)
  return (
    <RouterLink
      to={{ ...withAt('/pipeline'), hash: '#proof' }}
      class={`badge badge-${tone}`}
      data-proof={proof.state}
    >
      {{
        default: () => (
          <>
            <span aria-hidden="true" class="badge-mark">
              {MARKS[tone]}
            </span>
            <span class="badge-main">{sentence(proof, sum)}</span>
            {sum !== undefined && <span class="badge-more">{equation(sum)}</span>}
            <Age asOfMs={proof.asOfMs} />
          </>
        ),
      }}
    </RouterLink>
  )
}
