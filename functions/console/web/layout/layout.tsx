/** What is around every page. */
import { defineComponent, nextTick, watch } from 'vue'
import { RouterLink, RouterView, useRoute } from 'vue-router'
import { withAt } from '../at.ts'
import { LANGUAGES, type Language } from '../i18n/languages.ts'
import { chooseLanguage, language, messages } from '../i18n/locale.ts'
import { titleOf } from '../i18n/words.ts'
import { catalogue } from '../live/state.ts'
import { QueryPanel } from '../parts/queries.tsx'
import { theme, toggleTheme } from '../parts/theme.ts'
import { Announcer } from './announcer.tsx'
import { Banner, Strip } from './strip.tsx'

const PAGES = [
  { path: '/log', name: 'log' },
  { path: '/pipeline', name: 'pipeline' },
  { path: '/dead-letters', name: 'deadLetters' },
  { path: '/send', name: 'send' },
] as const

function Nav() {
  const route = useRoute()
  const [first] = catalogue.value?.domains ?? []
  const boards = (catalogue.value?.domains ?? []).map((domain) => ({
    path: `/boards/${domain.name}`,
    label: titleOf(domain),
    current: route.path === `/boards/${domain.name}` || (route.path === '/' && domain === first),
  }))
  const lives = (catalogue.value?.domains ?? []).flatMap((domain) =>
    domain.hasLives
      ? [
          {
            path: `/lives/${domain.name}`,
            label: messages.value.lives(titleOf(domain)),
            current: route.path === `/lives/${domain.name}`,
          },
        ]
      : [],
  )
  const others = PAGES.map(({ path, name }) => ({
    path,
    label: messages.value.pages[name],
    current: route.path === path,
  }))
  return (
    <nav aria-label={messages.value.mainNavigation}>
      <ul>
        {[...boards, ...lives, ...others].map(({ path, label, current }) => (
          <li key={path}>
            <RouterLink
              to={withAt(path)}
              class={['nav-link', current && 'nav-current']}
              aria-current={current ? 'page' : undefined}
            >
              {{ default: () => label }}
            </RouterLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}

function Tools() {
  return (
    <div class="tools">
      <select
        aria-label={messages.value.language}
        value={language.value}
        onChange={(event) => chooseLanguage((event.target as HTMLSelectElement).value as Language)}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option value={code} key={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
      <button
        type="button"
        class="icon-button"
        aria-label={messages.value.toTheme(theme.value)}
        onClick={toggleTheme}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="8" cy="8" r="6" />
          <path d="M8 2a6 6 0 0 1 0 12z" class="filled" />
        </svg>
      </button>
    </div>
  )
}

export const Layout = defineComponent({
  setup() {
    const route = useRoute()
    // Where a page is changed without loading, the focus would stay on the link, and nothing would say what is shown now.
    watch(
      () => route.path,
      async (_now, before) => {
        await nextTick()
        if (before !== undefined) document.getElementById('content')?.focus({ preventScroll: true })
      },
    )
    return () => (
      <>
        <a class="skip" href="#content">
          {messages.value.skipToContent}
        </a>
        <header class="top">
          <RouterLink to={withAt('/')} class="brand">
            {{ default: () => [<Waves />, 'Caudal'] }}
          </RouterLink>
          <Nav />
          <Tools />
        </header>
        <Strip />
        <Banner />
        <main id="content" tabindex={-1}>
          <RouterView />
        </main>
        <QueryPanel />
        <Announcer />
      </>
    )
  },
})

function Waves() {
  return (
    <svg viewBox="0 0 32 32" aria-hidden="true">
      <path d="M3 12c4.3-6 8.6-6 13 0s8.6 6 13 0M3 21c4.3-6 8.6-6 13 0s8.6 6 13 0" />
    </svg>
  )
}
