import { type Template, whenIn } from './template.ts'

export const es: Template = {
  locale: 'es-CL',
  subject: ({ about, state }) => `Tu pedido de ${about}: ${state}`,
  body: ({ id, about, state, time }) => [
    'Hola:',
    `Tu pedido de ${about} está ahora en el estado «${state}», desde el ${whenIn(es.locale, time)}.`,
    `Número del pedido: ${id}`,
  ],
  optOut: 'No quiero recibir más avisos',
}
