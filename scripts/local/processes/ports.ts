/** Whether the ports that were asked for are free, and who holds one that is not. */
import { createServer } from 'node:net'
import { execa } from 'execa'
import { portToPid } from 'pid-port'
import { UserError } from '../../lib/user-error.ts'

const HOST = '127.0.0.1'

export interface WantedPort {
  port: number
  /** The setting that changes it, such as KAFKA_PORT. */
  setting: string
}

/** @throws UserError that names every port which is taken, its setting, and its holder if that can be told */
export async function assertPortsFree(wanted: readonly WantedPort[]): Promise<void> {
  const problems: string[] = []
  for (const { port, setting } of wanted) {
    const code = await bindingError(port)
    if (code === 'EADDRINUSE')
      problems.push(`port ${port} is in use${await holderOf(port)}; set ${setting} to another one`)
    else if (code) problems.push(`port ${port} cannot be used (${code}); set ${setting} to another one`)
  }
  const ports = wanted.map(({ port }) => port)
  for (const [index, { port, setting }] of wanted.entries()) {
    const first = wanted[ports.indexOf(port)]
    if (first && ports.indexOf(port) < index)
      problems.push(`${first.setting} and ${setting} are both ${port}`)
  }
  if (problems.length > 0)
    throw new UserError(`Cannot start:\n${problems.map((line) => `  ${line}`).join('\n')}`)
}

/** The error's code; undefined when the port is free. */
function bindingError(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message))
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => resolve(undefined)))
  })
}

/** Asked of `ss` or `lsof`, and `ps`; a machine without them, or another's process, is no reason to fail. */
async function holderOf(port: number): Promise<string> {
  const pid = await portToPid({ port, host: HOST }).catch(() => undefined)
  if (pid === undefined) return ''
  const { stdout } = await execa('ps', ['-o', 'comm=', '-p', String(pid)], { reject: false })
  return ` by process ${pid}${stdout ? ` (${stdout.trim()})` : ''}`
}
