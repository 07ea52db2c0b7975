import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { sampleCsv } from './sample.ts'

const rowsOf = (text: string): string[][] => parse(text, { record_delimiter: '\r\n' })

it('a sample has its header and rows, and is the same for the same seed', () => {
  const [header, ...rows] = rowsOf(sampleCsv('orders', 500, 16))
  expect(header?.join()).toBe('NombreProducto,Precio,PasarelaPago,MarcaTarjeta,Banco,Region,Direccion,Correo')
  expect(rows).toHaveLength(500)
  expect(sampleCsv('orders', 500, 16)).toBe(sampleCsv('orders', 500, 16))
  expect(sampleCsv('orders', 500, 17)).not.toBe(sampleCsv('orders', 500, 16))
})

it('it has what files of people have: commas, quotes, accents and line ends inside values', () => {
  const values = rowsOf(sampleCsv('orders', 500, 16)).flat()
  for (const sign of [',', '"', 'ñ', '\n']) expect(values.some((value) => value.includes(sign))).toBe(true)
})

it('one that is not there is named', () => {
  expect(() => sampleCsv('none', 1, 1)).toThrow('no sample of none')
})
