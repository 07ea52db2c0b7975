/** Which language, and which of its regions: as browsers ask for it. */

export const LANGUAGES = { en: 'English', es: 'Español' } as const
export type Language = keyof typeof LANGUAGES

export const isLanguage = (text: string | null): text is Language =>
  text !== null && Object.hasOwn(LANGUAGES, text)

/** @param wanted the reader's languages, the dearest first; English where none is spoken here */
export function languageOf(wanted: readonly string[]): Language {
  return wanted.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en'
}

/**
 * The browser's own regional tag of that language, if Intl takes it: days and numbers look as the reader is used to. A
 * Chromium without a locale says `en-US@posix`, which Intl refuses.
 */
export function tagOf(language: Language, wanted: readonly string[]): string {
  const tags = wanted.filter(
    (tag) => languageOf([tag]) === language && tag.toLowerCase().startsWith(language),
  )
  return tags.map((tag) => tag.replace(/[@.].*$/, '').replaceAll('_', '-')).find(isTag) ?? language
}

function isTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1
  } catch {
    return false
  }
}
