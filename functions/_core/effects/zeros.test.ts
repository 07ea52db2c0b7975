import { expect, test } from 'vitest'
import { domains } from '../domains/index.ts'
import type { Effect } from './index.ts'
import { zerosOf } from './index.ts'

const fields = [
  { name: 'color', labels: ['none', 'red'] },
  { name: 'size', labels: ['s', 'm'] },
  { name: 'shop' },
] as never

test.each<[Effect, readonly string[]]>([
  [{ op: 'count', key: 'n' }, ['n=0']],
  [{ op: 'count', key: 'n', per: ['color'] }, ['n:none=0', 'n:red=0']],
  [{ op: 'count', key: 'n', per: ['color', 'size'] }, ['n:none:s=0', 'n:none:m=0', 'n:red:s=0', 'n:red:m=0']],
  [{ op: 'count', key: 'n', per: ['shop'] }, []],
  [{ op: 'count', key: 'n', field: 'color' }, ['n none=0', 'n red=0']],
  [{ op: 'count', key: 'n', field: 'shop' }, []],
  [{ op: 'sum', key: 's', field: 'size', of: 'x' }, ['s s=0', 's m=0']],
  [{ op: 'sum', key: 's', field: 'shop', of: 'x' }, []],
  [
    { op: 'sum', key: 's', field: 'size', of: 'x', unit: 'cents' },
    ['s s=0.00', 's m=0.00', 's:centavos s=0', 's:centavos m=0'],
  ],
  [{ op: 'min', key: 'm', of: 'x' }, []],
  [{ op: 'rank', key: 'r', member: ['color'] }, []],
])('%j starts with %j', (effect, zeros) => {
  const written = zerosOf({ effects: [effect], fields }).map(({ key, field, value }) =>
    field === undefined ? `${key}=${value}` : `${key} ${field}=${value}`,
  )
  expect(written).toEqual(zeros)
})

test('a domain of any kind has them from its own data', () => {
  for (const domain of domains) expect(() => zerosOf(domain)).not.toThrow()
})
