/** Addresses of the pages. Each page but the first is loaded when it is opened. */
import { createRouter, createWebHistory } from 'vue-router'

export const router = createRouter({
  history: createWebHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', name: 'home', component: () => import('./pages/board/page.tsx') },
    { path: '/boards/:domain', name: 'board', component: () => import('./pages/board/page.tsx') },
    { path: '/lives/:domain', name: 'lives', component: () => import('./pages/lives/page.tsx') },
    { path: '/log', name: 'log', component: () => import('./pages/log/page.tsx') },
    { path: '/pipeline', name: 'pipeline', component: () => import('./pages/pipeline/page.tsx') },
    { path: '/dead-letters', name: 'deadLetters', component: () => import('./pages/dead-letters.tsx') },
    { path: '/send', name: 'send', component: () => import('./pages/send/page.tsx') },
    { path: '/journey', name: 'journey', component: () => import('./pages/journey/page.tsx') },
    { path: '/:rest(.*)*', name: 'notFound', component: () => import('./pages/not-found.tsx') },
  ],
})
