import { describe, expect, it } from 'vitest'
import { accept } from './accept.ts'
import { orders } from './domains/orders.ts'
import { asFailure } from './errors.ts'

const fieldsOf = (sent: object): string[] => {
  try {
    accept(orders, sent, 'required')
  } catch (error) {
    return asFailure(error).fields.map(({ field }) => field)
  }
  return []
}

describe('a bad field is named as its sender does', () => {
  it.each([
    [{ product_name: 'Mesa', price: -1 }, ['price']],
    [{ producto: ' ', precio: 1 }, ['producto']],
    [{ nombreProducto: 'Mesa', precio: 1, customer_email: 'ana' }, ['customer_email']],
    // The canonical name wins, and it is the one that was read.
    [{ producto: 'Mesa', precio: -1, price: 1 }, ['precio']],
    // Nobody sent it.
    [{ producto: 'Mesa' }, ['precio']],
    // What it holds may be something else.
    [{ producto: 'Mesa', precio: 1, cliente: 'Ana' }, []],
  ])('%j: %j', (sent, fields) => {
    expect(fieldsOf(sent)).toEqual(fields)
  })
})
