/** What is shown at each page's address. Each page but the first is loaded when it is opened. */
import { createRouter, createWebHistory } from 'vue-router'
import { PAGES, type PageName } from '../pages/addresses.ts'

const COMPONENTS: Record<PageName, () => Promise<unknown>> = {
  home: () => import('./pages/board/page.tsx'),
  board: () => import('./pages/board/page.tsx'),
  lives: () => import('./pages/lives/page.tsx'),
  log: () => import('./pages/log/page.tsx'),
  pipeline: () => import('./pages/pipeline/page.tsx'),
  deadLetters: () => import('./pages/dead-letters.tsx'),
  send: () => import('./pages/send/page.tsx'),
  journey: () => import('./pages/journey/page.tsx'),
}
const NAMES = Object.keys(PAGES) as PageName[]

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    ...NAMES.map((name) => ({ name, path: PAGES[name], component: COMPONENTS[name] })),
    { path: '/:rest(.*)*', name: 'notFound', component: () => import('./pages/not-found.tsx') },
  ],
})
