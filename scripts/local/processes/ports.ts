/** Whether the ports that were asked for are free, and who holds one that is not. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { execa } from 'execa'
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

async function holderOf(port: number): Promise<string> {
  const pid = process.platform === 'linux' ? linuxListener(port) : await lsofListener(port)
  if (pid === undefined) return ''
  return ` by process ${pid}${commandOf(pid)}`
}

/** proc_pid_net(5): the listening socket's inode, then the process that has it open. */
function linuxListener(port: number): number | undefined {
  const inode = ['/proc/net/tcp', '/proc/net/tcp6'].map((file) => listeningInode(file, port)).find(Boolean)
  if (inode === undefined) return undefined
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).find((pid) => openFiles(pid).includes(`socket:[${inode}]`))
}

function listeningInode(file: string, port: number): string | undefined {
  const hexPort = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const lines = tryOr('', () => readFileSync(file, 'utf8')).split('\n')
  const [LOCAL, STATE, INODE, LISTENING] = [1, 3, 9, '0A']
  const columns = lines.map((line) => line.trim().split(/\s+/))
  return columns.find((line) => line[LOCAL]?.endsWith(hexPort) && line[STATE] === LISTENING)?.[INODE]
}

function openFiles(pid: number): string[] {
  const dir = `/proc/${pid}/fd`
  return tryOr([], () => readdirSync(dir)).map((fd) => tryOr('', () => readlinkSync(`${dir}/${fd}`)))
}

async function lsofListener(port: number): Promise<number | undefined> {
  const { stdout } = await execa('lsof', ['-nP', '-t', `-iTCP:${port}`, '-sTCP:LISTEN'], { reject: false })
  return stdout ? Number(stdout.split('\n')[0]) : undefined
}

function commandOf(pid: number): string {
  const command = tryOr('', () => readFileSync(`/proc/${pid}/comm`, 'utf8')).trim()
  return command && ` (${command})`
}

/** Another's process may end, or be none of our business, while we look. */
function tryOr<T>(otherwise: T, look: () => T): T {
  try {
    return look()
  } catch {
    return otherwise
  }
}
