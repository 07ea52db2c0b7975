/** A bare server, from the side of the comparison: its address, and whether it has read what its client says it stored. */
import { join } from 'node:path'
import { AnsweringProcess } from '../answering-process.ts'
import type { Counts } from '../counts.ts'
import type { BareOptions, BareReply } from './protocol.ts'

const MAIN = join(import.meta.dirname, 'main.ts')

export interface BareServer {
  readonly pid: number
  /** As a client's target names it. */
  readonly address: string
  readonly counts: Counts
  stop(): Promise<void>
}

export async function startBare(options: BareOptions): Promise<BareServer> {
  const server = new AnsweringProcess<BareReply>(MAIN, options)
  const hello = await server.next()
  if (!('port' in hello)) throw new Error('a bare server did not say its port')
  const host = `127.0.0.1:${hello.port}`
  let least = 0
  let most = 0
  return {
    pid: server.pid,
    address: options.transport === 'grpc' ? host : `http://${host}/`,
    counts: {
      settle: async ({ stored, unknown }) => {
        least += sum(stored)
        most += sum(stored) + sum(unknown)
        const reply = await server.next({})
        const read = 'events' in reply ? reply.events : 0
        if (read < least) return 'lost'
        return read > most ? 'twice' : undefined
      },
    },
    stop: () => server.stop(),
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
