import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { transitionOf } from '../effects/transition-data.ts'
import { missingVersions, statesOf } from '../life.ts'
import { domains } from './index.ts'
import { ORDER_ACTORS, orderLife } from './order-life.ts'

/** Every machine that was ever shipped. A new one is added there; none is changed, or taken out while something lives by it. */
const SHIPPED = JSON.parse(readFileSync(join(import.meta.dirname, 'order-life.shipped.json'), 'utf8'))

describe('the life of orders', () => {
  it('has every machine that was shipped, unchanged', () => {
    expect(orderLife.machines).toEqual(SHIPPED)
  })

  it.each(orderLife.machines)(
    'version $version: every state can be reached, and only known actors move',
    (machine) => {
      const states = statesOf(machine)
      const reached = new Set([machine.line[0]])
      for (const _ of states) {
        for (const { from, to } of machine.moves)
          if (from.some((state) => reached.has(state))) reached.add(to)
      }
      expect([...reached].sort()).toEqual(states.toSorted())
      expect(states).toEqual(expect.arrayContaining([...machine.final]))
      const actors = new Set(machine.moves.flatMap(({ by }) => by))
      expect(ORDER_ACTORS).toEqual(expect.arrayContaining([...actors]))
      // Whoever is at the end stays there.
      expect(machine.moves.filter(({ from }) => from.some((state) => machine.final.includes(state)))).toEqual(
        [],
      )
    },
  )

  it('is one for all that happens to the same things', () => {
    const lives = domains.flatMap((domain) => transitionOf(domain) ?? [])
    expect(new Set(lives.filter(({ key }) => key === 'pedido').map(({ life }) => life)).size).toBe(1)
  })

  it('says which versions something lives by and nobody has', () => {
    expect(missingVersions(orderLife, { 1: '4', 2: '0', 7: '1' })).toEqual(['7'])
  })
})
