/** A poison record, and an aggregator that is down for a while: retries, dead letters with reasons, nothing blocked. */
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Condition } from '../deploy/kube.ts'
import { deliver } from './doors.ts'
import { consume, produce } from './kafka.ts'
import { hostOf, ingress, kubectl, newProduct, unitsOf, until } from './world.ts'

const COUNTED_MS = 120_000
/** A second count would come with a retry. */
const SETTLE_MS = 5_000
const TOPIC = 'ventas-blackfriday'
const SOURCE = 'kafkasource.sources.knative.dev/ventas'
const LETTERS = `${TOPIC}-dead-letter`

const record = (product: string): string =>
  JSON.stringify({ categoria: 1, producto_id: product, precio: 1, cantidad_vendida: 1 })

const letterOf = (marker: string): Promise<string> =>
  until(`a dead letter with ${marker}`, COUNTED_MS, async () => {
    return (await consume(LETTERS)).find((line) => line.includes(marker))
  })

const patch = (what: string, change: object): Promise<string> =>
  kubectl.run(['patch', what, '--type=merge', '--patch', JSON.stringify(change)])

/** An address that nobody answers at, as far as the source can see. */
const NOWHERE = { uri: 'http://valkey.nowhere.svc.cluster.local', ref: null }
const AGGREGATOR = {
  uri: null,
  ref: { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'aggregator' },
}

async function sourceIsReady(): Promise<void> {
  await until('the source is ready', COUNTED_MS, async () => {
    const source = await kubectl.find([SOURCE])
    const ready = (condition: Condition): boolean => condition.type === 'Ready' && condition.status === 'True'
    return (
      source?.status?.observedGeneration === source?.metadata.generation &&
      source?.status?.conditions?.some(ready)
    )
  })
}

describe('dead letters', () => {
  test('poison goes there with its reason, and its neighbours are counted', async () => {
    const poison = newProduct('poison')
    const good = newProduct('good')
    const notJson = newProduct('not-json')
    await produce(TOPIC, [
      JSON.stringify({ categoria: 1, producto_id: poison, precio: -1, cantidad_vendida: 1 }),
      notJson,
      record(good),
    ])
    await until('the good neighbour is counted', COUNTED_MS, async () => (await unitsOf(good)) === 1)
    for (const marker of [poison, notJson]) {
      const letter = await letterOf(marker)
      expect(letter).toMatch(/ce_knativeerrorcode:4\d\d/)
      expect(letter).toContain('ce_knativeerrordest:http://aggregator.')
      expect(letter).toContain('ce_knativeerrordata:')
    }
    expect(await unitsOf(poison)).toBe(0)
  })

  test('while Valkey hangs the aggregator answers 503: events are retried and then counted, once', async () => {
    const waiting = Array.from({ length: 5 }, () => newProduct('waiting'))
    const HANG_MS = 15_000
    const admin = 'REDISCLI_AUTH="$ADMIN" valkey-cli --user admin CLIENT PAUSE "$1"'
    const secret = await kubectl.find(['secret/valkey-users'])
    const password = Buffer.from(secret?.data?.admin ?? '', 'base64').toString()
    const shell = ['sh', '-c', `ADMIN=$(cat); ${admin}`, 'sh', String(HANG_MS)]
    await kubectl.run(['exec', '-i', 'valkey-0', '--container', 'valkey', '--', ...shell], password)
    const hungUntil = Date.now() + HANG_MS
    const host = await hostOf('ingest')
    for (const product of waiting) {
      expect(await deliver({ door: 'http', url: ingress, host, product })).toBe('200')
    }
    expect(Date.now()).toBeLessThan(hungUntil)
    await until('all are counted', COUNTED_MS, async () => (await unitsOf(waiting.at(-1) ?? '')) >= 1)
    expect(Date.now()).toBeGreaterThan(hungUntil)
    await pause(SETTLE_MS)
    expect(await Promise.all(waiting.map(unitsOf))).toEqual(waiting.map(() => 1))
  })

  test('when retries run out the event is a dead letter, and what comes later is counted', async () => {
    const lost = newProduct('given-up')
    const later = newProduct('later')
    const { spec } = (await kubectl.find<{ spec: { delivery: { retry: number } } }>([SOURCE])) ?? {
      spec: { delivery: { retry: 0 } },
    }
    const host = await hostOf('ingest')
    await patch(SOURCE, { spec: { sink: NOWHERE, delivery: { retry: 2 } } })
    try {
      await sourceIsReady()
      await deliver({ door: 'http', url: ingress, host, product: lost })
      expect(await letterOf(lost)).toContain('ce_knativeerrordest:')
    } finally {
      await patch(SOURCE, { spec: { sink: AGGREGATOR, delivery: { retry: spec.delivery.retry } } })
    }
    await deliver({ door: 'http', url: ingress, host, product: later })
    await until('the later sale is counted', COUNTED_MS, async () => (await unitsOf(later)) === 1)
    expect(await unitsOf(lost)).toBe(0)
  })
})
