/** Loaded before a function: each request costs it as many CPU microseconds more as BURN_US says. */
import { Server } from 'node:http'

const us = Number(process.env.BURN_US)
const emit = Server.prototype.emit

Server.prototype.emit = function (this: Server, event: string | symbol, ...values: unknown[]): boolean {
  if (event === 'request') burn()
  return Reflect.apply(emit, this, [event, ...values])
}

/** By the thread's own clock: one that counts real time would burn less on a busy machine. */
function burn(): void {
  const start = process.threadCpuUsage()
  for (let taken = 0; taken < us; ) {
    const { user, system } = process.threadCpuUsage(start)
    taken = user + system
  }
}
