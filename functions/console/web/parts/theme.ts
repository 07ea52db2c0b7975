/** Light or dark: as the system says, until the reader chooses. */
import { ref, watchEffect } from 'vue'
import { remembered } from './remembered.ts'

export type Theme = 'light' | 'dark'

const store = remembered('theme')
const system = matchMedia('(prefers-color-scheme: dark)')
const chosen = ref(store.get())

export const theme = ref<Theme>(current())

function current(): Theme {
  if (chosen.value === 'light' || chosen.value === 'dark') return chosen.value
  return system.matches ? 'dark' : 'light'
}

export function toggleTheme(): void {
  chosen.value = theme.value === 'dark' ? 'light' : 'dark'
  store.set(chosen.value)
  theme.value = current()
}

system.addEventListener('change', () => {
  theme.value = current()
})
watchEffect(() => {
  document.documentElement.dataset.theme = theme.value
})
