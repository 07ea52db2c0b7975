import { describe, expect, it } from 'vitest'
import type { Domain } from '../../functions/_core/domain.ts'
import { votes } from '../../functions/_core/domains/votes.ts'
import { amount, text } from '../../functions/_core/fields.ts'
import { rowReader } from './columns.ts'

const domain: Domain = {
  ...votes,
  fields: [
    {
      name: 'nombre_producto',
      spellings: ['product_name'],
      columns: [['Product']],
      schema: text,
      absent: '',
    },
    { name: 'precio', columns: [['Price']], schema: amount(1e9), absent: 0 },
    { name: 'direccion', columns: [['Street', 'Number']], schema: text, absent: '' },
    { name: 'nota', schema: text.default(''), absent: '' },
  ],
}

describe('columns are found by any name of the field', () => {
  it.each([
    ['its own', 'nombre_producto,precio,direccion'],
    ['in another case, without _', 'NombreProducto,Precio,Direccion'],
    ['with accents and spaces', 'Nombre Producto,precio,Dirección'],
    ['a spelling', 'ProductName,PRICE,direccion'],
    ['a column of files', 'Product,Price,direccion'],
  ])('%s: %s', (_, header) => {
    expect(rowReader(domain, header.split(','))(['TV', '10.5', 'Calle 1'])).toEqual({
      nombre_producto: 'TV',
      precio: 10.5,
      direccion: 'Calle 1',
    })
  })

  it('several columns make one value; others are ignored, and an empty optional one is left out', () => {
    const read = rowReader(domain, ['Nota', 'Number', 'x', 'Street', 'Price', 'Product'])
    expect(read(['', '5', '?', 'Av. Perú', '7', 'TV'])).toEqual({
      nombre_producto: 'TV',
      precio: 7,
      direccion: 'Av. Perú 5',
    })
  })

  it('what is no number stays text, for its own rule to refuse', () => {
    const read = rowReader(domain, ['product', 'price', 'direccion'])
    expect(read(['1', 'diez', 'x'])).toMatchObject({ nombre_producto: '1', precio: 'diez' })
  })
})

it.each(['1e6', '1E+06', '1000000'])('a number as spreadsheets write it: %s', (text) => {
  expect(rowReader(domain, ['product', 'price', 'direccion'])(['TV', text, 'x'])).toMatchObject({
    precio: 1_000_000,
  })
})

it('another separator is named', () => {
  expect(() => rowReader(domain, ['Product;Price;Street'])).toThrow('by commas, not by ";"')
})

it.each([
  ['the same name', 'Product,Price,Street,Product', 'has Product twice'],
  ['written otherwise', 'nombre_producto,Price,Street,Nombre Producto', 'has Nombre Producto twice'],
])('a column that stands twice is refused: %s', (_, header, problem) => {
  expect(() => rowReader(domain, `${header},Number`.split(','))).toThrow(problem)
})

it('what is ignored may stand twice, and so may a field by two of its names', () => {
  const read = rowReader(domain, 'x,Product,x,Price,product_name,Street,Number'.split(','))
  expect(read(['', 'TV', '', '7', 'Radio', 'Av. Perú', '5'])).toMatchObject({ nombre_producto: 'Radio' })
})

it('a header that lacks columns is refused with their names', () => {
  expect(() => rowReader(domain, ['Product', 'Street'])).toThrow(
    'none for precio, direccion; there are: Product, Street',
  )
})
