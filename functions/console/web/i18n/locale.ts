/** The reader's language: what was chosen here before, or what the browser asks for. */
import { computed, ref, watchEffect } from 'vue'
import { remembered } from '../parts/remembered.ts'
import { en, type Messages } from './en.ts'
import { es } from './es.ts'
import { isLanguage, type Language, languageOf, tagOf } from './languages.ts'

const store = remembered('language')
const chosen = store.get()
export const language = ref<Language>(isLanguage(chosen) ? chosen : languageOf(navigator.languages))
export const tag = computed(() => tagOf(language.value, navigator.languages))

/** The messages of the current language: read it while rendering, so that a change renders again. */
export const messages = computed<Messages>(() => (language.value === 'es' ? es : en))

export function chooseLanguage(wanted: Language): void {
  language.value = wanted
  store.set(wanted)
}

watchEffect(() => {
  document.documentElement.lang = language.value
})
