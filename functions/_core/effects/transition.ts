/** Moves an entity through its life (see life.ts), by what is stored of it and by what came before in the batch. */
import { allStatesOf, HISTORY_ENTRIES, TIME_BOUNDS_S } from '../life.ts'
import { type Gathered, type Keys, type Operation, type Section, type Shape, step } from './operation.ts'
import {
  askedOf,
  type FigureKeys,
  figureKeys,
  historyKey,
  keyIn,
  type Transition,
} from './transition-data.ts'
import { type Lives, transitionModel } from './transition-model.ts'

/** What is the same for all events of an effect; the script takes it as it is. */
interface Config {
  readonly key: string
  readonly histories: string
  readonly figures: FigureKeys
  readonly states: readonly string[]
}

/**
 * Encoded as `[[config, …], [place of the config from 1, identity, id, event, actor, version, ms, time, [field, value, …] or
 * false], …]`: moves of all effects in the order of the batch, since what is born by one may be moved by another.
 */
class Moves implements Gathered {
  private readonly configs = new Map<Config, number>()
  private readonly moves: (readonly unknown[])[] = []
  private readonly entities = new Set<string>()

  add(config: Config, id: string, move: readonly unknown[]): void {
    let place = this.configs.get(config)
    if (place === undefined) {
      place = this.configs.size + 1
      this.configs.set(config, place)
    }
    this.moves.push([place, ...move])
    this.entities.add(`${config.key}:${id}`).add(`${config.histories}:${id}`)
  }

  keys(): string[] {
    return [...this.entities, ...[...this.configs.keys()].flatMap(writtenBy)]
  }

  encode(): unknown[] {
    return this.moves.length === 0 ? [] : [[...this.configs.keys()], ...this.moves]
  }
}

const lives: Section<Moves> = { name: 'lives', gather: () => new Moves() }

function writtenBy({
  figures: { states, versions, cases, live, times },
  states: all,
}: Config): readonly string[] {
  return [states, versions, cases, ...all.flatMap((state) => [keyIn(live, state), keyIn(times, state)])]
}

function shapeOf({ figures }: Transition, key: string): Shape {
  return key.startsWith(keyIn(figureKeys(figures).live, '')) ? 'ranks' : 'hash'
}

function keysOf({ key, figures }: Transition): Keys {
  const { states, versions, cases, live, times } = figureKeys(figures)
  return { exact: [states, versions, cases], under: [key, historyKey(key), live, times] }
}

export const transition: Operation<Transition, Lives> = {
  sections: [lives],
  needs: () => ({ identity: true }),
  compile(effect, { key }) {
    const { life } = effect
    const prefix = key.slice(0, -effect.key.length)
    const config = {
      ...life,
      key,
      histories: prefix + historyKey(effect.key),
      figures: figureKeys(prefix + effect.figures),
      states: allStatesOf(life),
      bounds: TIME_BOUNDS_S,
      historyEntries: HISTORY_ENTRIES,
    }
    return step(lives, ({ event, value, ms, identity }, changes) => {
      const id = String(value[effect.id])
      const asked = askedOf(effect, event)
      const data = asked.data === undefined ? false : Object.entries(asked.data).flat()
      const what = [asked.event, asked.actor, asked.version]
      changes.add(config, id, [identity, id, ...what, ms, event.time, data])
    })
  },
  shape: shapeOf,
  keys: keysOf,
  model: transitionModel,
}
