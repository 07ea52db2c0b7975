import type { Words } from '../domain.ts'

/** What people call a sale and what it has. */
export const salesWords: Words = {
  en: {
    title: 'Sales',
    names: {
      categoria: 'category',
      producto_id: 'product',
      precio: 'price',
      cantidad_vendida: 'units',
      'precio × cantidad_vendida': 'revenue',
      desconocida: 'unknown',
      electronica: 'electronics',
      ropa: 'clothing',
      hogar: 'home',
      belleza: 'beauty',
    },
  },
  es: {
    title: 'Ventas',
    names: {
      categoria: 'categoría',
      producto_id: 'producto',
      cantidad_vendida: 'unidades',
      'precio × cantidad_vendida': 'ingresos',
      electronica: 'electrónica',
    },
  },
}
