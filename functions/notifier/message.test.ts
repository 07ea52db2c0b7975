import { describe, expect, it } from 'vitest'
import { masked } from './mask.ts'
import { type Addressed, mailOf } from './message.ts'

const notice = (change: Partial<Addressed> = {}): Addressed => ({
  id: 'A-1',
  about: 'Mesa de roble',
  state: 'Preparación',
  stateId: 'Preparación',
  time: new Date('2026-11-27T12:00:00Z'),
  to: 'ana@example.com',
  optOutUrl: undefined,
  ...change,
})
const FROM = 'Caudal <avisos@example.org>'

describe('what a mail says', () => {
  it.each([
    ['es', 'Tu pedido de Mesa de roble: Preparación', 'está ahora en el estado «Preparación»'],
    ['en', 'Your order of Mesa de roble: Preparación', 'is now “Preparación”'],
  ] as const)('in %s', (language, subject, text) => {
    const mail = mailOf(notice(), FROM, language)
    expect(mail.subject).toBe(subject)
    expect(mail.text).toContain(text)
    expect(mail.html).toContain(text)
    expect(mail.text).toContain('A-1')
    expect(mail.headers).toEqual({ 'Auto-Submitted': 'auto-generated' })
  })

  it('HTML is escaped', () => {
    const mail = mailOf(notice({ about: '<script>alert("1")</script> & \'co' }), FROM, 'es')
    expect(mail.html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;co')
    expect(mail.html).not.toContain('<script>')
    expect(mail.text).toContain('<script>alert("1")</script> & \'co')
  })

  it('a line end in a name begins no header', () => {
    const mail = mailOf(notice({ about: 'Mesa\r\nBcc: all@example.com\u0000' }), FROM, 'es')
    expect(mail.subject).toBe('Tu pedido de Mesa Bcc: all@example.com: Preparación')
  })

  it('who wants no more finds where to say so', () => {
    const mail = mailOf(notice({ optOutUrl: 'https://x.example/baja?c=a&t=b' }), FROM, 'en')
    expect(mail.headers).toMatchObject({
      'List-Unsubscribe': '<https://x.example/baja?c=a&t=b>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    })
    expect(mail.text).toContain('https://x.example/baja?c=a&t=b')
    expect(mail.html).toContain('href="https://x.example/baja?c=a&amp;t=b"')
  })
})

describe('its Message-ID', () => {
  const idOf = (change: Partial<Addressed>, from = FROM) => mailOf(notice(change), from, 'es').messageId

  it('is the same for one state of one order, whatever else changes', () => {
    expect(idOf({ about: 'x', to: 'other@example.com', state: 'In preparation' })).toBe(idOf({}))
    expect(idOf({})).toMatch(/^<[0-9a-f]{40}@example\.org>$/)
  })

  it.each([[{ id: 'A-2' }], [{ stateId: 'Enviado' }]])('is another for %o', (change) => {
    expect(idOf(change)).not.toBe(idOf({}))
  })

  it('has the domain of the sender', () => {
    expect(idOf({}, 'avisos@shop.example')).toMatch(/@shop\.example>$/)
  })
})

it.each([
  ['ana@example.com', 'a***@example.com'],
  ['ñ@example.com', 'ñ***@example.com'],
  ['@example.com', '***'],
  ['none', '***'],
])('%s is logged as %s', (address, shown) => {
  expect(masked(address)).toBe(shown)
})
