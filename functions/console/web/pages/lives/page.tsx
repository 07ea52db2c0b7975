/** The lives of a domain's things: a board by state, the machine, who is stuck, and one thing's life. */
import { computed, defineComponent, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { messages } from '../../i18n/locale.ts'
import { titleOf } from '../../i18n/words.ts'
import { get } from '../../live/api.ts'
import { catalogue } from '../../live/state.ts'
import { livesPath } from '../../parts/links.tsx'
import { useLoading } from '../../parts/loading.ts'
import { useNow } from '../../parts/now.ts'
import { Panel } from '../../parts/panel.tsx'
import '../../styles/journey.css'
import '../../styles/lives.css'
import NotFound from '../not-found.tsx'
import { Machine } from './machine.tsx'
import { States, Stuck } from './states.tsx'
import { Timeline } from './timeline.tsx'

const EVERY_MS = 2_000

export default defineComponent({
  setup() {
    const route = useRoute()
    const router = useRouter()
    const now = useNow()
    const domain = computed(() =>
      (catalogue.value?.domains ?? []).find(({ name, hasLives }) => hasLives && name === route.params.domain),
    )
    const id = computed(() => (typeof route.query.id === 'string' ? route.query.id : ''))
    const typed = ref(id.value)
    watch(id, (asked) => {
      typed.value = asked
    })
    const tick = () => Math.floor(now.value / EVERY_MS)
    const all = useLoading(
      (signal) => domain.value && get('/api/lives/:domain', { path: { domain: domain.value.name }, signal }),
      () => `${domain.value?.name} ${tick()}`,
    )
    const one = useLoading(
      (signal) =>
        domain.value && id.value !== ''
          ? get('/api/lives/:domain/:id', { path: { domain: domain.value.name, id: id.value }, signal })
          : undefined,
      () => `${domain.value?.name} ${id.value} ${tick()}`,
    )
    return () => {
      const words = messages.value
      if (catalogue.value === undefined) return <p class="empty">{words.loading}</p>
      const shown = domain.value
      if (shown === undefined) return <NotFound />
      const lives = all.answer.value
      const life = one.answer.value?.id === id.value ? one.answer.value : undefined
      const look = (event: Event) => {
        event.preventDefault()
        void router.push(livesPath(shown, typed.value.trim()))
      }
      const problem = one.error.value ?? all.error.value
      return (
        <>
          <h1>{words.livesOf(titleOf(shown))}</h1>
          {lives === undefined && <p class="empty panel">{all.error.value?.message ?? words.loading}</p>}
          <div class="panels">
            {lives !== undefined && (
              <>
                <Panel
                  full
                  title={words.byState}
                  asOfMs={lives.asOfMs}
                  queries={lives.queries}
                  body={<States domain={shown} lives={lives} />}
                />
                <Panel full title={words.machineTitle} body={<Machine domain={shown} lives={lives} />} />
                <Panel half title={words.stuckTitle} body={<Stuck domain={shown} lives={lives} />} />
              </>
            )}
            <Panel
              half
              title={words.oneLife}
              body={
                <>
                  <form class="look-up" onSubmit={look}>
                    <input
                      aria-label={words.lifeId}
                      placeholder={words.lifeId}
                      value={typed.value}
                      onInput={(event) => {
                        typed.value = (event.target as HTMLInputElement).value
                      }}
                    />
                    <button type="submit">{words.lookUp}</button>
                  </form>
                  {id.value !== '' && life === undefined && (
                    <p class="muted">{problem?.message ?? words.loading}</p>
                  )}
                  {life !== undefined && <Timeline domain={shown} life={life} />}
                </>
              }
            />
          </div>
        </>
      )
    }
  },
})
