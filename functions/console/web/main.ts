/** Starts the console's pages. */
import { createApp } from 'vue'
import './i18n/valid-language.ts'
import './styles/tokens.css'
import './styles/base.css'
import './styles/layout.css'
import './styles/parts.css'
import './styles/charts.css'
import { followAddress } from './at.ts'
import { Layout } from './layout/layout.tsx'
import { keepRates } from './live/rates.ts'
import { start } from './live/state.ts'
import { router } from './router.ts'

followAddress(router)
createApp(Layout).use(router).mount('#app')
keepRates()
void start()
