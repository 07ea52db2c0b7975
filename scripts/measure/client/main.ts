/** A client process: keeps its connections, runs the loads it is told, and reports (see protocol.ts). */
import { flushCompileCache } from 'node:module'
import { domains } from '../../../functions/_core/domains/index.ts'
import { poolOf } from '../events.ts'
import { codecOf } from './codec.ts'
import { measureCodec } from './codec-cost.ts'
import { grpcSender } from './grpc-sender.ts'
import { http1Sender, http2Sender } from './http-senders.ts'
import { closedLoop, openLoop } from './loads.ts'
import type { Ask, Reply, Target } from './protocol.ts'
import type { Sender } from './sender.ts'

const target = JSON.parse(process.argv[2] ?? '') as Target
const domain = domains.find(({ name }) => name === target.pool.domain)
if (domain === undefined) throw new Error(`there is no domain ${target.pool.domain}`)
const pool = poolOf(domain, target.pool)
const codec = codecOf(domain, target)
const items = target.items ?? 1

function connect(): Sender {
  const many = target.items !== undefined
  if (target.transport === 'grpc') return grpcSender(target.address, domain as never, codec, many)
  const url = new URL(target.address)
  return target.transport === 'http1' ? http1Sender(url, codec) : http2Sender(url, codec)
}

const connections = Array.from({ length: target.connections }, connect)
const lanes = Array.from({ length: target.streams }, () => connections).flat()

async function answer(ask: Ask): Promise<Reply> {
  const load = { lanes, pool, items }
  switch (ask.kind) {
    case 'closed':
      return { load: await closedLoop(load, (elapsedMs) => elapsedMs < ask.seconds * 1_000) }
    case 'requests':
      return { load: await closedLoop(load, (_, sent) => sent < ask.each) }
    case 'open':
      return { load: await openLoop(load, ask) }
    case 'first':
      return { load: await closedLoop({ ...load, lanes: [freshEachTime()] }, (_, sent) => sent < ask.count) }
    case 'codec':
      return { codec: measureCodec(codec, pool.events, items, ask.milliseconds) }
  }
}

function freshEachTime(): Sender {
  return {
    send: async (events) => {
      const connection = connect()
      const outcome = await connection.send(events)
      connection.close()
      return outcome
    },
    close: () => {},
  }
}

process.on('message', (ask: Ask) => {
  answer(ask).then(
    (reply) => process.send?.(reply),
    (error: Error) => process.send?.({ error: error.stack ?? error.message }),
  )
})
// Who started it is gone.
process.on('disconnect', () => process.exit())
// At once: who stops it does not let it come to its own end.
flushCompileCache()
