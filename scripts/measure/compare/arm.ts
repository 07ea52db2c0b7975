/** An arm at work: its client, where its events are counted, and the processes they pass. */
import type { Redis } from 'ioredis'
import type { Domain } from '../../../functions/_core/domain.ts'
import { startBare } from '../bare/process.ts'
import { ClientProcess } from '../client/process.ts'
import type { Target } from '../client/protocol.ts'
import { type Counts, countsOf } from '../counts.ts'
import { type Pool, poolOf } from '../events.ts'
import type { ByName } from '../machine.ts'
import { type Addresses, type ArmSpec, addressOf } from './arms.ts'

export interface Arm {
  readonly spec: ArmSpec
  /** Of one event, on average: a domain's may be longer than was asked. */
  readonly bytes: number
  readonly target: Target
  readonly client: ClientProcess
  /** Servers, not the client. */
  readonly pids: ByName
  /** Undefined where nobody can tell: then none of its cells is valid. */
  readonly counts: Counts | undefined
  stop(): Promise<void>
}

/** What the arms of one run share. */
export interface Pipeline {
  readonly domain: Domain
  readonly addresses: Addresses
  /** Of the processes that events pass; empty when they are not on this machine. */
  readonly pids: ByName
  readonly valkey: Redis | undefined
  /** Comes before every Valkey key. */
  readonly prefix: string
  readonly seed: number
  /** Begins every key of this run's events. */
  readonly mark: string
}

/** @returns undefined when its endpoint is not there */
export async function startArm(spec: ArmSpec, pipeline: Pipeline, place: number): Promise<Arm | undefined> {
  const { domain, seed, mark } = pipeline
  const pool = { domain: domain.name, seed, mark: `${mark}-${place}`, bytes: spec.bytes }
  const made = poolOf(domain, pool)
  const bytes = bytesOf(made)
  if (spec.endpoint === 'bare') return startBareArm(spec, pool, bytes)
  const address = addressOf(spec.endpoint, domain, pipeline.addresses)
  if (address === undefined) return undefined
  const target = { ...spec.load, address, pool }
  const client = new ClientProcess(target)
  const { valkey, prefix, pids } = pipeline
  const counts = valkey && countsOf(valkey, prefix, made)
  return { spec, bytes, target, client, pids, counts, stop: () => client.stop() }
}

const bytesOf = ({ events }: Pool): number =>
  Math.round(events.reduce((sum, event) => sum + JSON.stringify(event).length, 0) / events.length)

async function startBareArm(spec: ArmSpec, pool: Target['pool'], bytes: number): Promise<Arm> {
  const { transport, format, items } = spec.load
  const many = items === undefined ? {} : { items }
  const server = await startBare({ transport, format, ...many, domain: pool.domain })
  const target = { ...spec.load, address: server.address, pool }
  const client = new ClientProcess(target)
  const stop = async (): Promise<void> => {
    await client.stop()
    await server.stop()
  }
  return { spec, bytes, target, client, pids: { server: server.pid }, counts: server.counts, stop }
}
