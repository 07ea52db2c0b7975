/**
 * Why the two endpoints cost what they cost: from the CPU per event of the first to that of the second, in parts that
 * were measured apart and add up to the whole.
 *
 *   first                    all servers, one event by REST
 *   + transport              HTTP/2 instead of HTTP/1.1, on the bare server; of it, what fewer or more bytes bring
 *   + serialisation          Protobuf instead of JSON, on the bare server; of it, what decoding alone brings
 *   + library                grpc-js instead of Node's own HTTP/2, on the bare server
 *   − functions              what ingest and bridge do beyond the bare server: a call goes straight to the publisher
 *   + batching               the steps behind: how many events they get at a time depends on how fast they come
 *   + unexplained            what the publisher costs beyond that
 *   = second
 */
import { median } from '../../lib/statistics.ts'
import type { ByName } from '../machine.ts'
import { FIRST, SECOND } from './arms.ts'
import { cellsOf, cpuByProcess, serversUs } from './figures.ts'
import type { Report, Serialisation } from './report.ts'

export const PARTS = [
  'transport',
  'serialisation',
  'library',
  'functions',
  'batching',
  'unexplained',
] as const
export type PartName = (typeof PARTS)[number]

export interface Part {
  readonly name: PartName
  /** CPU microseconds per event. */
  readonly us: number
  /** What of it was measured apart: bytes of the transport, decoding of the serialisation. */
  readonly withinUs?: number
}

export interface Explanation {
  readonly fromUs: number
  readonly toUs: number
  readonly parts: readonly Part[]
}

/** CPU of the bare server per request, in microseconds, by transport and format. */
export interface TwoByTwo {
  readonly http1Json: number
  readonly http1Protobuf: number
  readonly http2Json: number
  readonly http2Protobuf: number
}

export type Size = '100 B' | '10 kB'

const serverUs = (report: Report, arm: string): number =>
  median(cellsOf(report, arm).map((cell) => serversUs(cell) ?? Number.NaN))

/** @returns undefined when one of the four was not measured */
export function twoByTwo(report: Report, size: Size): TwoByTwo | undefined {
  const found = {
    http1Json: serverUs(report, `http1 json, ${size}`),
    http1Protobuf: serverUs(report, `http1 protobuf, ${size}`),
    http2Json: serverUs(report, `http2 json, ${size}`),
    http2Protobuf: serverUs(report, `http2 protobuf, ${size}`),
  }
  return Object.values(found).every(Number.isFinite) ? found : undefined
}

/** What each of the two changes brings, the mean of both orders (Shapley): so they add up to the whole difference. */
export const effectsOf = ({ http1Json, http1Protobuf, http2Json, http2Protobuf }: TwoByTwo) => ({
  transport: (http2Json - http1Json + http2Protobuf - http1Protobuf) / 2,
  serialisation: (http1Protobuf - http1Json + http2Protobuf - http2Json) / 2,
})

/** @returns undefined when something that it needs was not measured */
export function explain(report: Report): Explanation | undefined {
  const bare = twoByTwo(report, '100 B')
  const grpcJs = serverUs(report, 'grpc-js, 100 B')
  const first = cpuByProcess(report, FIRST)
  const second = cpuByProcess(report, SECOND)
  if (
    bare === undefined ||
    !Number.isFinite(grpcJs) ||
    first.publisher === undefined ||
    second.publisher === undefined
  )
    return undefined
  const { transport, serialisation } = effectsOf(bare)
  const before = (cpu: ByName): number => (cpu.ingest ?? 0) + (cpu.bridge ?? 0)
  const behind = (cpu: ByName): number => total(cpu) - before(cpu) - (cpu.publisher ?? 0)
  const bytesUs = costOfBytes(report)
  const decodingUs = decoding(report, 'protobuf', 'event') - decoding(report, 'json', 'event')
  return {
    fromUs: total(first),
    toUs: total(second),
    parts: [
      { name: 'transport', us: transport, ...(bytesUs !== undefined && { withinUs: bytesUs }) },
      {
        name: 'serialisation',
        us: serialisation,
        ...(Number.isFinite(decodingUs) && { withinUs: decodingUs }),
      },
      { name: 'library', us: grpcJs - bare.http2Protobuf },
      { name: 'functions', us: before(second) - (before(first) - bare.http1Json) },
      { name: 'batching', us: behind(second) - behind(first) },
      { name: 'unexplained', us: second.publisher - first.publisher - grpcJs },
    ],
  }
}

const total = (cpu: ByName): number => Object.values(cpu).reduce((sum, us) => sum + us, 0)

const NS_PER_US = 1_000

const decoding = (
  { serialisation }: Report,
  format: Serialisation['format'],
  size: Serialisation['size'],
): number =>
  median(
    serialisation.filter((one) => one.format === format && one.size === size).map(({ decodeNs }) => decodeNs),
  ) / NS_PER_US

/** Bytes that the second endpoint has more of, at what a byte costs the bare server beyond decoding. */
function costOfBytes(report: Report): number | undefined {
  const bytes = (arm: string): number => {
    const found = report.wire.find((one) => one.arm === arm)
    return found === undefined ? Number.NaN : found.sent + found.received
  }
  const [small, large] = ['http1 protobuf, 100 B', 'http1 protobuf, 10 kB']
  const events = report.arms.find(({ name }) => name === large)?.load.items ?? Number.NaN
  const decodingUs = decoding(report, 'protobuf', 'list') - decoding(report, 'protobuf', 'event')
  // The large one's figures are per event as well; a request has many.
  const costUs = serverUs(report, large) * events - serverUs(report, small) - decodingUs
  const perByteUs = costUs / (bytes(large) * events - bytes(small))
  const us = perByteUs * (bytes(SECOND) - bytes(FIRST))
  return Number.isFinite(us) ? us : undefined
}
