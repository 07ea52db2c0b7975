import { InvalidArgumentError } from 'commander'
import { expect, test } from 'vitest'
import { httpUrl, seconds } from './options.ts'

test.each(['http://127.0.0.1:31080', 'https://shop.example.com'])('an address: %s', (text) => {
  expect(httpUrl(text)).toBe(text)
})

test.each(['', 'notaurl', '127.0.0.1:31080', 'ftp://shop.example.com'])('no address: %j', (text) => {
  expect(() => httpUrl(text)).toThrow(InvalidArgumentError)
})

test.each(['', 'abc', '0', '-1', '1.5'])('no number of seconds: %j', (text) => {
  expect(() => seconds(text)).toThrow(InvalidArgumentError)
})

test('seconds', () => expect(seconds('90')).toBe(90))
