/** Request headers, by their names in lower case. */
import type { HttpBindings } from '@hono/node-server'
import type { Context } from 'hono'

export type HeaderReader = (name: string) => string | undefined

/**
 * On a socket Node has the headers in an object already, while the fetch Request searches its raw list at each
 * question. A request without a socket (`app.request()`) has only the latter.
 */
export function headersOf(c: Context): HeaderReader {
  const { incoming } = (c.env ?? {}) as Partial<HttpBindings>
  if (incoming === undefined) return (name) => c.req.header(name)
  const { headers } = incoming
  return (name) => {
    const value = headers[name]
    return typeof value === 'string' ? value : undefined
  }
}
