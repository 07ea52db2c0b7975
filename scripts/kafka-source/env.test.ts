import { expect, test } from 'vitest'
import { readSettings } from './env.ts'

test('defaults are those of the manifests', () => {
  const settings = readSettings({ TOPICS: 'ventas-blackfriday,votos' })
  expect(settings).toMatchObject({
    TOPICS: ['ventas-blackfriday', 'votos'],
    ORDERING: 'unordered',
    RETRY: 128,
    BACKOFF_POLICY: 'linear',
    BACKOFF_DELAY_MS: 200,
    TIMEOUT_MS: 10_000,
  })
  expect(settings.deadLetterTopicOf('votos')).toBe('votos-dead-letter')
})

test('dead letters go where a topic says', () => {
  const { deadLetterTopicOf } = readSettings({ TOPICS: 'a,b', DEAD_LETTER_TOPICS: 'a=x' })
  expect(['a', 'b'].map(deadLetterTopicOf)).toEqual(['x', 'b-dead-letter'])
})

test('all problems are reported together', () => {
  expect(() => readSettings({ DEAD_LETTER_TOPICS: 'a', ORDERING: 'random' })).toThrow(
    /TOPICS[\s\S]*DEAD_LETTER_TOPICS[\s\S]*ORDERING/,
  )
})
