import { RouterLink } from 'vue-router'
import { withAt } from '../at.ts'
import { messages } from '../i18n/locale.ts'

export default function NotFound() {
  return (
    <div class="empty">
      <h1>{messages.value.pageNotFound}</h1>
      <p>
        <RouterLink to={withAt('/')}>{{ default: () => messages.value.backHome }}</RouterLink>
      </p>
    </div>
  )
}
