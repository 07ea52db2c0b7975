/** A free port on this machine that stays free while its server is away. */
import { createSocket, type Socket } from 'node:dgram'
import getPort, { portNumbers } from 'get-port'

/**
 * Below the ports that Linux and macOS give to outgoing connections (ip_local_port_range begins at 32768, IANA's at
 * 49152): from among those, somebody's connection can take the port of a server that is about to be started again.
 */
const FROM = 20_000
const TO = 32_000
const HOST = '127.0.0.1'

/**
 * What this process asked for is its own while it lives, also before its server has started and while that is down: who
 * gets a port holds the UDP port of the same number, which nobody else wants and the system gives back.
 */
const held = new Set<Socket>()

/**
 * @param exclude those that somebody will listen on who did not get them here
 * @returns one that no process of this machine listens on, and that nobody else is given
 */
export async function freePort(exclude: Iterable<number> = []): Promise<number> {
  const refused = new Set(exclude)
  for (;;) {
    const start = FROM + Math.floor(Math.random() * (TO - FROM))
    const port = await getPort({
      port: [...portNumbers(start, TO), ...portNumbers(FROM, start)],
      exclude: refused,
    })
    if (await hold(port)) return port
    refused.add(port)
  }
}

function hold(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  socket.unref()
  return new Promise((resolve) => {
    socket.once('error', () => {
      socket.close()
      resolve(false)
    })
    socket.bind({ port, address: HOST, exclusive: true }, () => {
      held.add(socket)
      resolve(true)
    })
  })
}
