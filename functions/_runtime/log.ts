/** JSON lines on standard output, one logger for each function. Nothing a client sent is logged above `debug`. */
import { destination, type Logger, pino } from 'pino'

export type { Logger }

const STDOUT = 1

export function createLogger(name: string, level: string): Logger {
  // Written at once: pino's queue would try for ever, at the exit, to flush to a reader that has gone (`… | head`).
  const stdout = destination({ dest: STDOUT, sync: true })
  return pino({ name, level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime }, stdout)
}
