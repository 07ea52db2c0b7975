/** A free port on this machine that stays free while its server is away. */
import getPort, { portNumbers } from 'get-port'

/**
 * Below the ports that Linux and macOS give to outgoing connections (ip_local_port_range begins at 32768, IANA's at
 * 49152): from among those, somebody's connection can take the port of a server that is about to be started again.
 */
const FROM = 20_000
const TO = 32_000

/** @returns one that no process of this machine listens on; two processes that ask begin at different places */
export function freePort(exclude: Iterable<number> = []): Promise<number> {
  const start = FROM + Math.floor(Math.random() * (TO - FROM))
  return getPort({ port: [...portNumbers(start, TO), ...portNumbers(FROM, start)], exclude })
}
