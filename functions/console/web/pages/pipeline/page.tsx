/** What the system does right now: its steps, what holds it up, and whether all is counted. */
import { defineComponent, nextTick, onMounted, ref } from 'vue'
import { useRoute } from 'vue-router'
import { integer } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'
import { catalogue, frame } from '../../live/state.ts'
import { Age } from '../../parts/age.tsx'
import '../../styles/pipeline.css'
import { BottleneckPanel } from './bottleneck-panel.tsx'
import { Picture, StepTable } from './picture.tsx'
import { ProofPanel } from './proof-panel.tsx'

export default defineComponent({
  setup() {
    const route = useRoute()
    const asTable = ref(false)
    onMounted(async () => {
      await nextTick()
      // The router scrolls before there is anything to scroll to.
      if (route.hash !== '') document.getElementById(route.hash.slice(1))?.scrollIntoView()
    })
    return () => {
      const words = messages.value
      if (frame.value === undefined) return <p class="empty">{words.loading}</p>
      const { pipeline, proof, watchers } = frame.value
      const grafana = catalogue.value?.grafanaUrl ?? null
      return (
        <>
          <header class="page-head">
            <h1>{words.pipelineTitle}</h1>
            <Age asOfMs={pipeline.asOfMs} />
            <span class="page-links">
              {grafana !== null && <a href={grafana}>{words.grafana}</a>}
              <span class="muted">{words.watchers(watchers, integer(watchers))}</span>
            </span>
          </header>
          <p class="intro">{words.pipelineIntro}</p>
          <Picture steps={pipeline.steps} bottleneck={pipeline.bottleneck} />
          <p class="as-table">
            <button
              type="button"
              class="link"
              aria-expanded={asTable.value}
              onClick={() => (asTable.value = !asTable.value)}
            >
              {asTable.value ? words.hideTable : words.asTable}
            </button>
          </p>
          {asTable.value && <StepTable steps={pipeline.steps} />}
          <div class="panels">
            <BottleneckPanel pipeline={pipeline} />
            <ProofPanel proof={proof} />
          </div>
        </>
      )
    }
  },
})
