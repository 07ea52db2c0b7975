/** A journey, dead letters and answers as the contract has them. */
import type { DeadLetterPage, Journey, Row, SendAnswer } from '../api.ts'

const STEPS = ['endpoint', 'bridge', 'publisher', 'kafka', 'aggregator', 'valkey']

export function journeyOf(row: Row, asOfMs: number): Journey {
  return {
    receipt: row.receipt,
    asOfMs,
    domain: row.domain,
    source: row.source,
    id: row.id,
    value: row.value,
    verdict: 'counted',
    why: 'its identity is marked as counted',
    isFollowed: true,
    steps: STEPS.map((step, index) => ({
      step,
      instance: `${step}-1`,
      atMs: row.countedMs - 2 * (STEPS.length - index),
      detail: 'took it and gave it its identity',
      says: { id: 'identified', values: {} },
      isKnown: true,
    })),
    record: { topic: 'ventas-blackfriday', partition: 2, offset: 41, packed: 12, index: 3 },
    batch: 12,
    countedMs: row.countedMs,
    changes: [
      { key: 'stats:conteo', field: 'ropa', before: '41', after: '42' },
      { key: 'ventas:global:precio_max', field: null, before: null, after: '40.50' },
    ],
    repeats: [],
    row,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  }
}

export function deadLetters(asOfMs: number): DeadLetterPage {
  return {
    asOfMs,
    items: [
      {
        entry: '1-0',
        domain: 'sales',
        atMs: asOfMs - 65_000,
        reason: 'invalid',
        detail: 'precio: must be at least 0',
        errors: [{ field: 'precio', detail: 'must be at least 0' }],
        payload: '{"categoria":1,"producto_id":"P1","precio":-4,"cantidad_vendida":3}',
        payloadBytes: 67,
        contentType: 'application/json',
        receipt: '/ingest/0123456789ab#17',
        record: { topic: 'ventas-blackfriday', partition: 1, offset: 7, packed: 1, index: 0 },
      },
    ],
    next: null,
    totals: { 'ventas-blackfriday': 1, votos: 0 },
    queries: [{ tool: 'kcat', text: 'kcat -b 127.0.0.1:9092 -C -t ventas-blackfriday-dead -e' }],
  }
}

export function sendAnswer(rows: readonly Row[]): SendAnswer {
  const endpoints = ['rest', 'bridge', 'grpc'] as const
  return {
    results: rows.map(({ receipt, countedMs }, index) => ({
      endpoint: endpoints[index] ?? 'rest',
      ok: true,
      status: index === 2 ? 0 : 200,
      answer: '"Venta procesada"',
      receipt,
      durationMs: 6.2 - 1.7 * index,
      startedMs: countedMs - 20,
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      command: "curl -X POST http://127.0.0.1:8080/venta -H 'content-type: application/json' -d '{}'",
    })),
  }
}
