import type { Words } from '../domain.ts'

/** What people call a vote and what it has. */
export const votesWords: Words = {
  en: { title: 'Votes', names: { name: 'band' } },
  es: { title: 'Votos', names: { name: 'banda', album: 'álbum', year: 'año', rank: 'puesto' } },
}
