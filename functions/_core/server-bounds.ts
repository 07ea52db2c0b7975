/** What the servers of a process take at most. */
import { ByteBudget } from './byte-budget.ts'
import { CONNECTION_GRACE_MS, CONNECTIONS } from './limits.ts'

/**
 * Why a connection was closed while as many were open as may be: `idle`, between requests; `slow`, its client held it up;
 * `full`, a new one, and there was no other to close.
 */
export const CONNECTION_CLOSED = ['idle', 'slow', 'full'] as const
export type ConnectionClosed = (typeof CONNECTION_CLOSED)[number]

export interface ServerBounds {
  /** What all servers of the process may hold of requests. */
  readonly bodies: ByteBudget
  /** What each server has open at a time. */
  readonly connections: number
  /** How long nothing was asked on a connection before it gives way, in milliseconds. */
  readonly graceMs: number
  readonly onConnectionClosed: (reason: ConnectionClosed) => void
}

export const defaultBounds = (): ServerBounds => ({
  bodies: new ByteBudget(),
  connections: CONNECTIONS,
  graceMs: CONNECTION_GRACE_MS,
  onConnectionClosed: () => {},
})
