/** Where each page is: the server knows them for the first request, the pages' own router for all further ones. */
export const PAGES = {
  home: '/',
  board: '/boards/:domain',
  lives: '/lives/:domain',
  log: '/log',
  pipeline: '/pipeline',
  deadLetters: '/dead-letters',
  send: '/send',
  journey: '/journey',
} as const

export type PageName = keyof typeof PAGES
