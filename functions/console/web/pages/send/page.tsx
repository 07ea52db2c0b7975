/** Sends one event through one endpoint, or as a race through several. */
import { computed, defineComponent } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { messages } from '../../i18n/locale.ts'
import { titleOf } from '../../i18n/words.ts'
import { get } from '../../live/api.ts'
import { catalogue } from '../../live/state.ts'
import { useLoading } from '../../parts/loading.ts'
import { Choices, Panel } from '../../parts/panel.tsx'
import '../../styles/send.css'
import { SendForm } from './form.tsx'
import { Race } from './race.tsx'
import { useRace } from './use-race.ts'

export default defineComponent({
  setup() {
    const route = useRoute()
    const router = useRouter()
    const domain = computed(() => {
      const domains = catalogue.value?.domains ?? []
      return domains.find(({ name }) => name === route.query.domain) ?? domains[0]
    })
    const race = useRace()
    const { answer: targets } = useLoading(
      (signal) => get('/api/send', { signal }),
      () => undefined,
    )
    return () => {
      const words = messages.value
      if (domain.value === undefined) return <p class="empty">{words.loading}</p>
      const domains = catalogue.value?.domains ?? []
      return (
        <>
          <h1>{words.sendTitle}</h1>
          <p class="intro">{words.sendIntro}</p>
          {targets.value?.enabled === false && <p class="banner banner-then">{words.sendDisabled}</p>}
          <div class="panels">
            <Panel
              title={words.whatIsSent}
              aside={
                <Choices
                  label={words.kind}
                  choices={domains.map((one) => ({ value: one.name, label: titleOf(one) }))}
                  chosen={domain.value.name}
                  choose={(name) => void router.replace({ query: { ...route.query, domain: name } })}
                />
              }
              body={
                targets.value === undefined ? (
                  <p class="empty">{words.loading}</p>
                ) : (
                  <SendForm
                    domain={domain.value}
                    targets={targets.value}
                    isSending={race.sending.value}
                    onSend={(request) => void race.start(request)}
                  />
                )
              }
            />
            <Race lanes={race.lanes.value} error={race.error.value} />
          </div>
        </>
      )
    }
  },
})
