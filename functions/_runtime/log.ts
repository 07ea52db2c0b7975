/** JSON lines on standard output, one logger for each function. Nothing a client sent is logged above `debug`. */
import { type Logger, pino } from 'pino'

export type { Logger }

export function createLogger(name: string, level: string): Logger {
  return pino({ name, level, base: { pid: process.pid }, timestamp: pino.stdTimeFunctions.isoTime })
}
