import { describe, expect, it } from 'vitest'
import { type Made, madeReport } from './_testing/made-report.ts'
import { AGAIN, FIRST, QUICK_ARMS, SECOND } from './arms.ts'
import type { Outcome } from './judge.ts'
import { effectsOf, explain } from './parts.ts'
import { type Headline, headlineOf, type Rule, verdictOf } from './verdict.ts'

/** All arms of these reports cost 100 µs and take 5,000 events per second, unless changed. */
const outcomeOf = (rule: Rule, arm: string, made: Made, noise?: number): Outcome =>
  verdictOf(madeReport({ arms: { [arm]: made }, ...(noise !== undefined && { noise }) })).findings[rule]
    .outcome

describe('findings', () => {
  it.each<[string, Rule, string, Made, Outcome]>([
    ['a fifth more CPU', 'cpu', SECOND, { cpuUs: { publisher: 120 } }, 'more'],
    ['a fifth less CPU', 'cpu', SECOND, { cpuUs: { publisher: 80 } }, 'less'],
    ['the same CPU elsewhere', 'cpu', SECOND, { cpuUs: { publisher: 100 } }, 'same'],
    ['CPU one per cent more', 'cpu', SECOND, { cpuUs: { publisher: 101 } }, 'same'],
    ['a fifth less capacity', 'capacity', SECOND, { eventsPerS: 4_000 }, 'less'],
    ['a fifth longer latency', 'p50', SECOND, { latencyMs: 6 }, 'more'],
    ['a fifth longer latency of the slowest', 'p99', SECOND, { latencyMs: 6 }, 'more'],
    ['a fifth more of the client', 'clientCpu', SECOND, { clientUs: 24 }, 'more'],
    ['half the first call', 'firstCall', SECOND, { firstMs: 2 }, 'less'],
    ['one byte less', 'bytes', SECOND, { wireBytes: 399 }, 'less'],
    ['batches at a tenth', 'restBatching', 'bulk', { cpuUs: { ingest: 10 } }, 'less'],
    ['no valid cell', 'cpu', SECOND, { voidBecause: 'lost' }, 'void'],
    ['no noise floor', 'cpu', AGAIN, { voidBecause: 'twice' }, 'void'],
    ['no process to be seen', 'cpu', SECOND, { cpuUs: {} }, 'void'],
  ])('%s: %s of %s is found', (_, rule, arm, made, expected) => {
    expect(outcomeOf(rule, arm, made)).toBe(expected)
  })

  it.each<[string, Outcome, number]>([
    ['found in little noise', 'more', 0.02],
    ['not told from much noise', 'same', 0.4],
  ])('a fifth more CPU is %s', (_, expected, noise) => {
    expect(outcomeOf('cpu', SECOND, { cpuUs: { publisher: 120 } }, noise)).toBe(expected)
  })

  it('nothing is found where there is nothing', () => {
    const { findings, headline, use } = verdictOf(madeReport())
    expect(new Set(Object.values(findings).map(({ outcome }) => outcome))).toEqual(new Set(['same']))
    expect({ headline, use }).toEqual({ headline: 'same', use: { rest: [], grpc: [] } })
  })
})

describe('headline', () => {
  it.each<[Outcome, Outcome, Headline]>([
    ['less', 'more', 'grpc'],
    ['less', 'same', 'grpc'],
    ['same', 'more', 'grpc'],
    ['more', 'less', 'rest'],
    ['void', 'less', 'rest'],
    ['more', 'more', 'depends'],
    ['less', 'less', 'depends'],
    ['same', 'same', 'same'],
    ['same', 'void', 'same'],
    ['void', 'void', 'void'],
  ])('gRPC has %s CPU and %s capacity: %s', (cpu, capacity, expected) => {
    expect(headlineOf(cpu, capacity)).toBe(expected)
  })
})

describe('use', () => {
  it('each for what it took less by, and batches before both when they bring more', () => {
    const { use, gatherFirst } = verdictOf(
      madeReport({
        arms: {
          [SECOND]: { cpuUs: { publisher: 150 }, wireBytes: 200, eventsPerS: 4_000 },
          bulk: { cpuUs: { ingest: 20 } },
          'grpc batch': { cpuUs: { publisher: 20 } },
        },
      }),
    )
    expect(use).toEqual({ rest: ['cpu', 'capacity'], grpc: ['bytes'] })
    expect(gatherFirst).toBe(true)
  })

  it('no word of batches when the choice brings more', () => {
    const arms = { [SECOND]: { cpuUs: { publisher: 300 } }, bulk: { cpuUs: { ingest: 50 } } }
    expect(verdictOf(madeReport({ arms })).gatherFirst).toBe(false)
  })

  it.each([
    ['a whole run', madeReport(), []],
    ['a short run', madeReport({ specs: QUICK_ARMS }), ['quick']],
    ['no processes', madeReport({ arms: { [FIRST]: { cpuUs: {} } } }), ['cpu']],
    ['a void cell', madeReport({ arms: { procesar: { voidBecause: 'lost' } } }), ['voidCells']],
  ])('%s says what it has not measured', (_, report, expected) => {
    const always = ['network', 'tls', 'languages', 'compression', 'streaming', 'machines']
    expect(verdictOf(report).notMeasured).toEqual([...always, ...expected])
  })
})

describe('why', () => {
  it.each([
    [{ http1Json: 10, http1Protobuf: 12, http2Json: 20, http2Protobuf: 24 }, 11, 3],
    [{ http1Json: 10, http1Protobuf: 10, http2Json: 10, http2Protobuf: 10 }, 0, 0],
    [{ http1Json: 30, http1Protobuf: 20, http2Json: 20, http2Protobuf: 10 }, -10, -10],
  ])('of %j transport brings %d and serialisation %d', (four, transport, serialisation) => {
    expect(effectsOf(four)).toEqual({ transport, serialisation })
  })

  it('parts add up to the whole, each with what was measured of it', () => {
    const codec = (format: 'json' | 'protobuf', size: 'event' | 'list', decodeNs: number) => ({
      format,
      size,
      round: 0,
      bytes: 100,
      encodeNs: 1,
      decodeNs,
    })
    const report = madeReport({
      noise: 0,
      arms: {
        [FIRST]: { cpuUs: { ingest: 40, bridge: 20, publisher: 20, kafka: 20 }, wireBytes: 400 },
        [SECOND]: { cpuUs: { publisher: 150, kafka: 35 }, wireBytes: 160 },
        'http1 json, 100 B': { cpuUs: { server: 18 } },
        'http1 protobuf, 100 B': { cpuUs: { server: 19 }, wireBytes: 300 },
        'http2 json, 100 B': { cpuUs: { server: 35 } },
        'http2 protobuf, 100 B': { cpuUs: { server: 36 } },
        'grpc-js, 100 B': { cpuUs: { server: 136 } },
        // 100 events a request: 1,029 µs and 10,300 bytes.
        'http1 protobuf, 10 kB': { cpuUs: { server: 10.29 }, wireBytes: 103 },
      },
      serialisation: [
        codec('json', 'event', 300),
        codec('protobuf', 'event', 1_300),
        codec('json', 'list', 30_000),
        codec('protobuf', 'list', 11_300),
      ],
    })
    const why = explain(report)
    expect(why?.parts.map(({ name, us, withinUs }) => [name, rounded(us), rounded(withinUs)])).toEqual([
      // 1,000 µs beyond decoding for 10,000 bytes more: 0.1 µs a byte, and gRPC has 240 bytes less.
      ['transport', 17, -24],
      ['serialisation', 1, 1],
      ['library', 100, undefined],
      ['functions', -42, undefined],
      ['batching', 15, undefined],
      ['unexplained', -6, undefined],
    ])
    const sum = why?.parts.reduce((total, { us }) => total + us, why.fromUs)
    expect([rounded(why?.fromUs), rounded(sum), rounded(why?.toUs)]).toEqual([100, 185, 185])
  })

  it('is left open when a part of it is missing', () => {
    expect(
      explain(madeReport({ specs: QUICK_ARMS.filter(({ question }) => question === 'endpoints') })),
    ).toBe(undefined)
  })
})

const rounded = (us: number | undefined) => us && Math.round(us * 10) / 10
