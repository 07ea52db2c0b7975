/** Says aloud what changed in general, seldom enough to be listened to: never each figure of each second. */
import { computed, defineComponent, onScopeDispose, ref, watch } from 'vue'
import { messages } from '../i18n/locale.ts'
import { frame } from '../live/state.ts'
import { useNow } from '../parts/now.ts'
import { freshness } from './strip.tsx'

const QUIET_MS = 5000

export const Announcer = defineComponent({
  setup() {
    const now = useNow()
    const said = ref('')
    const state = computed(() => {
      const proof = frame.value?.proof.state
      return [
        messages.value.freshness[freshness(now.value)],
        proof === undefined ? '' : messages.value.proofSpoken[proof],
      ].join('. ')
    })
    let timer: ReturnType<typeof setTimeout> | undefined
    watch(state, () => {
      // What comes and goes within the wait is not worth an interruption.
      clearTimeout(timer)
      timer = setTimeout(() => (said.value = state.value), QUIET_MS)
    })
    onScopeDispose(() => clearTimeout(timer))
    return () => (
      <p class="visually-hidden" role="status">
        {said.value}
      </p>
    )
  },
})
