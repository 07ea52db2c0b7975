/** One event by its receipt: the way it took, whether it is counted, and what it changed. */
import { computed, defineComponent, ref, watch } from 'vue'
import { RouterLink, useRoute, useRouter } from 'vue-router'
import type { Journey, JourneyPage } from '../../../api.ts'
import { withAt } from '../../at.ts'
import { messages } from '../../i18n/locale.ts'
import { titleOf } from '../../i18n/words.ts'
import { get } from '../../live/api.ts'
import { domainOf } from '../../live/state.ts'
import { Age } from '../../parts/age.tsx'
import { useLoading } from '../../parts/loading.ts'
import { useNow } from '../../parts/now.ts'
import '../../styles/journey.css'
import { Changes, Facts, Repeats, Steps, Verdict } from './parts.tsx'

/** An event that waits is looked at again. */
const AGAIN_MS = 1000

export default defineComponent({
  setup() {
    const route = useRoute()
    const router = useRouter()
    const now = useNow()
    const receipt = computed(() => (typeof route.query.receipt === 'string' ? route.query.receipt : ''))
    const typed = ref(receipt.value)
    watch(receipt, (value) => (typed.value = value))

    const isSettled = (journey: Journey | undefined) =>
      journey?.receipt === receipt.value && journey.verdict !== 'waiting' && journey.verdict !== 'unknown'
    const tick = ref(0)
    const { answer, error, loading } = useLoading(
      (signal) =>
        receipt.value === '' ? undefined : get('/api/journey', { query: { receipt: receipt.value }, signal }),
      () => `${receipt.value} ${tick.value}`,
    )
    let asked = 0
    watch(now, (ms) => {
      if (receipt.value === '' || isSettled(answer.value) || loading.value || ms - asked < AGAIN_MS) return
      asked = ms
      tick.value += 1
    })
    const { answer: newest } = useLoading(
      (signal) => (receipt.value === '' ? get('/api/journeys', { signal }) : undefined),
      () => receipt.value,
    )
    const show = (event: Event) => {
      event.preventDefault()
      void router.push(withAt('/journey', { receipt: typed.value.trim() }))
    }
    return () => {
      const words = messages.value
      const journey = answer.value?.receipt === receipt.value ? answer.value : undefined
      return (
        <>
          <header class="page-head">
            <h1>{words.journeyTitle}</h1>
            {journey !== undefined && <Age asOfMs={journey.asOfMs} />}
          </header>
          <form class="ask" onSubmit={show}>
            <label>
              <span>{words.journeyAsk}</span>
              <input
                class="mono"
                required
                value={typed.value}
                onInput={(event) => (typed.value = (event.target as HTMLInputElement).value)}
              />
            </label>
            <button type="submit" class="primary">
              {words.journeyShow}
            </button>
          </form>
          {error.value !== undefined && <p class="empty panel">{error.value.message || words.noAnswer}</p>}
          {journey !== undefined && <Whole journey={journey} />}
          {receipt.value === '' && <Newest page={newest.value} />}
        </>
      )
    }
  },
})

function Whole({ journey }: { readonly journey: Journey }) {
  return (
    <>
      <Verdict journey={journey} />
      <div class="panels">
        <Steps journey={journey} />
        <Facts journey={journey} />
        <Changes journey={journey} />
        {journey.repeats.length > 0 && <Repeats journey={journey} />}
      </div>
    </>
  )
}

function Newest({ page }: { readonly page: JourneyPage | undefined }) {
  if (page === undefined || page.items.length === 0) return null
  const words = messages.value
  const kind = (name: string): string => {
    const domain = domainOf(name)
    return domain === undefined ? name : titleOf(domain)
  }
  return (
    <section class="panel" aria-label={words.journeyNewest}>
      <h2>{words.journeyNewest}</h2>
      <ul class="followed">
        {page.items.map(({ receipt, domain, verdict, atMs }) => (
          <li key={`${receipt} ${atMs}`}>
            <RouterLink to={withAt('/journey', { receipt })} class="mono">
              {{ default: () => receipt }}
            </RouterLink>{' '}
            <span class="muted">
              {kind(domain)}, {words.verdicts[verdict]}
            </span>{' '}
            <Age asOfMs={atMs} isEvent />
          </li>
        ))}
      </ul>
    </section>
  )
}
