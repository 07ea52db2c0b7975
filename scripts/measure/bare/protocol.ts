/** What a bare server is told at its start, and what it says: its port, and how many events it has read when asked. */
import type { Target } from '../client/protocol.ts'

export type BareOptions = Pick<Target, 'transport' | 'format' | 'items'> & {
  readonly domain: string
  /** Also checks each event, as the endpoints do. */
  readonly checks?: boolean
}

export type BareReply = { readonly port: number } | { readonly events: number }
