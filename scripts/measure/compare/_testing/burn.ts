/**
 * Loaded before a function: each request costs it BURN_US of CPU more, and then all that it has taken BURN_SHARE more. By
 * the process's own clock: one that counts real time would burn less on a busy machine.
 */
import { Server } from 'node:http'

const us = Number(process.env.BURN_US)
const share = Number(process.env.BURN_SHARE)
const emit = Server.prototype.emit
let requests = 0
let burnedUs = 0

Server.prototype.emit = function (this: Server, event: string | symbol, ...values: unknown[]): boolean {
  if (event === 'request') burn()
  return Reflect.apply(emit, this, [event, ...values])
}

function burn(): void {
  const start = takenUs()
  const workUs = ++requests * us
  const dueUs = workUs + share * (workUs + start - burnedUs)
  let now = start
  while (burnedUs + now - start < dueUs) now = takenUs()
  burnedUs += now - start
}

function takenUs(): number {
  const { user, system } = process.cpuUsage()
  return user + system
}
