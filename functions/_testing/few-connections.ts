/** Bounds of a server that takes few connections, and why it closed some. */
import { type ConnectionClosed, defaultBounds } from '../_core/server-bounds.ts'

export function fewConnections(connections: number, graceMs: number) {
  const closed: ConnectionClosed[] = []
  const onConnectionClosed = (reason: ConnectionClosed): void => void closed.push(reason)
  /** Its grace is looked at anew each time, so a test may change it once it knows what is there. */
  const bounds = { ...defaultBounds(), connections, graceMs, onConnectionClosed }
  return { bounds, closed }
}
