/**
 * A Chromium without a locale says that its language is `en-US@posix`, which Intl refuses: uPlot, which asks for the
 * format of that language when it is loaded, would take the whole page with it.
 */
import { languageOf, tagOf } from './languages.ts'

const { language } = navigator
const valid = tagOf(languageOf([language]), [language])
if (valid !== language) Object.defineProperty(navigator, 'language', { value: valid, configurable: true })
