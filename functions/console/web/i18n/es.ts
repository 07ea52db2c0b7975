/** Every word of the console in Spanish. */
import type { Messages } from './en.ts'
import { log } from './es-log.ts'
import { system } from './es-system.ts'

const many = (count: number, one: string, more: string): string => (count === 1 ? one : more)

export const es: Messages = {
  ...log,
  ...system,
  skipToContent: 'Saltar al contenido',
  mainNavigation: 'Páginas',
  language: 'Idioma',
  toTheme: (now) => (now === 'dark' ? 'Colores claros' : 'Colores oscuros'),
  pages: { log: 'Registro', pipeline: 'Recorrido', deadLetters: 'Descartados', send: 'Enviar' },
  loading: 'Leyendo…',
  noAnswer: 'La consola no responde',
  pageNotFound: 'No existe esa página',
  backHome: 'Al primer tablero',

  freshness: { live: 'En vivo', connecting: 'Conectando…', away: 'Sin conexión', stale: 'Desfasado' },
  staleBanner: {
    stale: 'Estas cifras son viejas: no se ha leído nada nuevo desde entonces. Cambiarán en cuanto se lea.',
    away: 'La consola no responde. Se muestra lo último que se leyó.',
  },
  problemBanner: (problem) => `Se muestra lo último que se pudo leer: ${problem}`,
  justNow: 'ahora',
  ago: (time) => `hace ${time}`,
  neverRead: 'aún sin leer',
  asOf: (moment) => `Al ${moment}`,
  thenBanner: (moment) => `Las series y el registro se muestran al ${moment}.`,
  backToNow: 'Volver a ahora',
  now: 'Ahora',
  timeTravel: 'Ver otro momento',
  momentShown: 'El momento que se muestra',
  copyLink: 'Copiar enlace',
  onlyNow: 'Los totales, las clasificaciones y los precios solo se conocen al día de ahora.',

  proofHolds: 'Todo cuadra',
  proofBroken: (count, shown) => many(count, 'Falta 1 registro', `Faltan ${shown} registros`),
  proofStale: 'La prueba es vieja',
  proofUnknown: 'Sin probar',
  proofSpoken: {
    holds: 'Todo lo aceptado está contado o a la vista',
    broken: 'Faltan registros',
    stale: 'La prueba es vieja',
    unknown: 'No hay prueba',
  },
  equation: (accepted, counted, waiting, dead) =>
    `${accepted} registros = ${counted} contados + ${waiting} en espera + ${dead} descartados`,

  queryOf: (figure) => `De dónde sale «${figure}»`,
  copy: 'Copiar',
  copied: 'Copiado',
  showTable: 'Ver como tabla',
  hideTable: 'Ocultar la tabla',
  noneYet: 'Todavía nada',
  seriesSummary: (label, last, low, high) => `${label}: último ${last}, entre ${low} y ${high}`,

  nothingCounted: 'Todavía no se ha contado nada.',
  sendOne: 'Enviar el primero',
  counted: (title) => `${title}: contados`,
  repeatsIgnored: (count, shown) => many(count, '1 repetido ignorado', `${shown} repetidos ignorados`),
  perSecond: 'Por segundo',
  onAverage: (value) => `${value} de media`,
  extreme: { max: (of) => `${of}: máximo`, min: (of) => `${of}: mínimo` },
  events: 'Eventos',
  average: (of) => `${of}: media`,
  sum: (of) => `${of}: total`,
  byField: (field) => `Por ${field}`,
  whatIsShown: 'Qué se muestra',
  ofWhich: 'De cuáles',
  all: 'Todos',
  most: 'Los de más',
  least: 'Los de menos',
  rankingOf: (member, by) => `${member} por ${by}`,
  rankingSize: (count, shown) => many(count, '1 en total', `${shown} en total`),
  seriesTitle: {
    1: (title) => `${title} por segundo`,
    60: (title) => `${title} por minuto`,
    other: (title, bucket) => `${title} cada ${bucket}`,
  },
  stretch: 'Cuánto tiempo',
  historyOf: (of, per) => `${of}: lo último por ${per}`,
  newestOf: (title) => `${title}: lo más nuevo`,
  wholeLog: 'Registro completo',
}
