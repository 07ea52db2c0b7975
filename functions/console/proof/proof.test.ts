import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, inject, it } from 'vitest'
import type { PartitionPosition } from '../../_adapters/kafka/positions.ts'
import { accountReader } from '../../_adapters/valkey/accounts/reader.ts'
import { accountWriter } from '../../_adapters/valkey/accounts/writer.ts'
import type { RecordState } from '../../_core/accounts.ts'
import { domains } from '../../_core/domains/index.ts'
import { IDENTITY_CHUNK_BITS } from '../../_core/limits.ts'
import { Proof } from '../api.ts'
import { evidenceOf } from './proof.ts'
import { proofOf } from './state.ts'

const redis = new Redis(inject('valkeyUrl'))
afterAll(() => redis.disconnect())
const NOW = 1_000_000
const [domain] = domains
if (domain === undefined) throw new Error('no domain')
const { topic } = domain
const offsets = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => from + at)

function world() {
  const prefix = `${randomUUID()}:`
  const write = accountWriter(redis, prefix)
  return {
    account: (state: RecordState, partition: number, all: readonly number[]) =>
      write(all.map((offset) => ({ state, position: { topic, partition, offset } }))),
    prove: async (partitions: readonly PartitionPosition[], deadLetters = 0, nowMs = NOW) => {
      const positions = { read: async () => [{ topic, partitions, deadLetters }] }
      const value = await evidenceOf(positions, accountReader(redis, prefix), () => NOW)
      const proof = proofOf({
        domains,
        evidence: () => ({ value, asOfMs: NOW, problem: null }),
        boards: () => [],
        addresses: { valkeyCli: 'valkey-cli', consoleUrl: '', prefix },
        groupOf: () => 'aggregator-ventas',
        clock: () => nowMs,
      })()
      return Proof.parse(proof)
    },
  }
}
const at = (partition: number, low: number, committed: number, end: number) => ({
  partition,
  low,
  committed,
  end,
})

describe('accepted = counted + waiting + dead', () => {
  it('holds while records wait, some of them counted out of turn', async () => {
    const { account, prove } = world()
    await account('counted', 0, [...offsets(0, 80), 85, 90])
    await account('dead', 0, [80, 81])
    await account('counted', 1, offsets(5, 9))
    const proof = await prove([at(0, 0, 82, 100), at(1, 5, 9, 9)], 2)
    expect(proof).toMatchObject({ state: 'holds', reason: null, asOfMs: NOW })
    expect(proof.topics[0]).toMatchObject({ accepted: 104, counted: 86, waiting: 16, dead: 2, gap: 0 })
    expect(proof.topics[0]?.partitions).toMatchObject([
      { accepted: 100, counted: 82, waiting: 16, dead: 2, gap: 0, gaps: [] },
      { accepted: 4, counted: 4, waiting: 0, dead: 0, gap: 0 },
    ])
  })

  it('is broken by a committed record that nobody counted, and says which', async () => {
    const { account, prove } = world()
    await account('counted', 0, [...offsets(0, 40), ...offsets(43, 60), ...offsets(61, 70)])
    await account('dead', 0, [60])
    const proof = await prove([at(0, 0, 70, 70)], 1)
    expect(proof).toMatchObject({ state: 'broken', reason: expect.stringContaining(`3 of ${topic}`) })
    expect(proof.topics[0]?.partitions[0]).toMatchObject({ gap: 3, gaps: [{ from: 40, to: 43 }] })
  })

  it('counts what the source gave up as dead letters, which only Kafka knows', async () => {
    const { account, prove } = world()
    await account('counted', 0, offsets(0, 8))
    const proof = await prove([at(0, 0, 10, 10)], 2)
    expect(proof.state).toBe('holds')
    expect(proof.topics[0]).toMatchObject({ counted: 8, dead: 2, gap: 0 })
    expect(proof.topics[0]?.partitions[0]?.gaps).toEqual([{ from: 8, to: 10 }])
  })

  it('goes over the ends of chunks, and leaves out what Kafka has forgotten', async () => {
    const { account, prove } = world()
    const edge = IDENTITY_CHUNK_BITS
    await account('counted', 3, [...offsets(edge - 5, edge + 5)])
    const proof = await prove([at(3, edge - 4, edge + 5, edge + 6)])
    expect(proof.topics[0]?.partitions[0]).toMatchObject({ accepted: 10, counted: 9, waiting: 1, gap: 0 })
  })

  it.each([
    ['no record has an account', [], 10, NOW, 'unknown'],
    ['nothing was ever stored', [], 0, NOW, 'holds'],
    ['the evidence is old', offsets(0, 10), 10, NOW + 60_000, 'stale'],
  ] as const)('%s: %s', async (_, counted, end, nowMs, state) => {
    const { account, prove } = world()
    await account('counted', 0, counted)
    expect((await prove([at(0, 0, end, end)], 0, nowMs)).state).toBe(state)
  })

  it('a full chunk is asked for once', async () => {
    const { account, prove } = world()
    for (let from = 0; from < IDENTITY_CHUNK_BITS; from += 8_192) {
      await account('counted', 0, offsets(from, from + 8_192))
    }
    const { topics } = await prove([at(0, 0, IDENTITY_CHUNK_BITS, IDENTITY_CHUNK_BITS)])
    expect(topics[0]).toMatchObject({ counted: IDENTITY_CHUNK_BITS, gap: 0 })
  })
})
