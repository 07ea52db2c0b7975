import { type Template, whenIn } from './template.ts'

export const en: Template = {
  locale: 'en-GB',
  subject: ({ about, state }) => `Your order of ${about}: ${state}`,
  body: ({ id, about, state, time }) => [
    'Hello,',
    `Your order of ${about} is now “${state}”, since ${whenIn(en.locale, time)}.`,
    `Order number: ${id}`,
  ],
  optOut: 'I want no more of these messages',
}
