/**
 * Lives as Elasticsearch's `_bulk` takes them: NDJSON, an action line before each document. Each has an `_id` that is the
 * same at every export, so that what is sent again replaces itself.
 *
 *   compras-index   one document for each thing: its state, since when, and what it was born with
 *   metrics-index   {timestamp, metrica, valor, compra_id, estado}: for each move the time in the state that it left, in
 *                   seconds (`tiempo_procesamiento`), and of the newest sending of a file `latencia` (mean, ms), `throughput`
 *                   (per second) and `tiempo_envio` (seconds)
 */
import { createHash } from 'node:crypto'
import type { Life } from '../../functions/_adapters/valkey/lives.ts'
import type { Domain } from '../../functions/_core/domain.ts'
import type { LastSending } from '../lib/last-sending.ts'

const THINGS = 'compras-index'
const METRICS = 'metrics-index'
const MS_PER_S = 1_000

/** Longer ones are refused by Elasticsearch; an event's source and id may be. */
const ID_BYTES = 512

const bulk = (index: string, id: string, document: object): string =>
  `${JSON.stringify({ index: { _index: index, _id: idOf(id) } })}\n${JSON.stringify(document)}\n`

const idOf = (id: string): string =>
  Buffer.byteLength(id) <= ID_BYTES ? id : createHash('sha256').update(id).digest('hex')

/** @param fields of the domain: what is a number there is one here */
export function lifeDocuments(
  { id, state, sinceMs, data, history }: Life,
  { fields }: Pick<Domain, 'fields'>,
): string {
  const moves = history.filter(({ caso }) => caso === 'movio' || caso === 'salto')
  const metrics = moves.slice(1).flatMap(({ time, de, id: receipt }, at) => {
    const before = moves[at]
    if (before === undefined) return []
    const seconds = Math.max(0, Date.parse(time) - Date.parse(before.time)) / MS_PER_S
    const metric = { metrica: 'tiempo_procesamiento', valor: seconds, compra_id: id, estado: de }
    return [bulk(METRICS, receipt, { timestamp: time, ...metric })]
  })
  const numbers = fields.flatMap(({ name, absent }) =>
    typeof absent === 'number' && data[name] !== undefined ? [[name, Number(data[name])]] : [],
  )
  const thing = {
    id,
    ...data,
    ...Object.fromEntries(numbers),
    estado: state,
    timestamp: new Date(sinceMs).toISOString(),
  }
  return bulk(THINGS, id, thing) + metrics.join('')
}

export function sendingDocuments({ ended, latencyMs, perSecond, seconds }: LastSending): string {
  const values = { latencia: latencyMs.mean, throughput: perSecond, tiempo_envio: seconds }
  return Object.entries(values)
    .map(([metrica, valor]) =>
      bulk(METRICS, `${ended} ${metrica}`, {
        timestamp: ended,
        metrica,
        valor,
        compra_id: null,
        estado: null,
      }),
    )
    .join('')
}
