import { randomUUID } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { EPOCH_KEY } from '../../_core/epoch.ts'
import { Failure } from '../../_core/errors.ts'
import { STATS_KEY } from '../../_core/keys.ts'
import { saleOf } from '../../_testing/counter-suite.ts'
import { valkeyCounter } from './counter/counter.ts'
import { guardEpoch } from './epoch.ts'

let redis: Redis
beforeAll(() => {
  redis = new Redis(inject('valkeyUrl'))
})
afterAll(() => redis.disconnect())

/** A counter with its guard, over keys of its own and a clock that only moves when told to. */
function counting(prefix = `${randomUUID()}:`) {
  const clock = { ms: 1_000 }
  const guard = guardEpoch(redis, { prefix, topics: ['t'], newName: randomUUID(), clock: () => clock.ms })
  const client = {
    evalsha: (sha1: string, keys: 0, argument: string) => redis.evalsha(sha1, keys, argument),
    eval: (script: string, keys: 0, argument: string) => redis.eval(script, keys, argument),
  }
  const { apply } = valkeyCounter(client, { prefix, epoch: guard })
  const count = async () => {
    const [outcome] = await apply([saleOf(randomUUID())]).catch((error) => [error])
    return outcome
  }
  const flush = async () => {
    for (const key of await redis.keys(`${prefix}*`)) await redis.del(key)
  }
  const total = () => redis.hget(prefix + STATS_KEY, 'counted:sales')
  const epoch = { hset: (fields: object) => redis.hset(prefix + EPOCH_KEY, fields) }
  return { guard, count, flush, total, epoch, prefix, clock }
}

describe('a guarded count', () => {
  it('waits in another run of Valkey until somebody says that nothing is missing there', async () => {
    const prefix = `${randomUUID()}:`
    const key = prefix + EPOCH_KEY
    await redis.hset(key, { epoch: 'e', server: 'first' })
    let server: string | undefined = 'first'
    const client = {
      hmget: (held: string, ...fields: string[]) => redis.hmget(held, ...fields),
      hset: (held: string, field: string, value: string) => redis.hset(held, field, value),
      hsetnx: (held: string, field: string, value: string) => redis.hsetnx(held, field, value),
      server: () => server,
    }
    const guard = guardEpoch(client, { prefix, topics: [], newName: 'n', clock: () => 1_000 })
    expect(await guard.current()).toMatchObject({ name: 'e' })
    for (const run of [undefined, 'second']) {
      server = run
      await expect(guard.current()).rejects.toMatchObject({ code: 'unavailable' })
    }
    await redis.hset(key, 'server', 'second')
    expect(await guard.current()).toMatchObject({ name: 'e', server: 'second' })
  })

  it('begins an epoch in a new Valkey, which others share', async () => {
    const { guard, count, prefix, total } = counting()
    expect(await count()).toBeUndefined()
    const other = counting(prefix)
    expect(await other.count()).toBeUndefined()
    expect((await other.guard.current()).name).toBe((await guard.current()).name)
    expect(await total()).toBe('2')
  })

  it('stops at once when Valkey was emptied, and goes on when somebody says so', async () => {
    const { guard, count, flush, total, epoch } = counting()
    await count()
    const { name } = await guard.current()
    await flush()
    for (let attempt = 0; attempt < 2; attempt++) {
      const outcome = await count()
      expect(outcome).toBeInstanceOf(Failure)
      expect(outcome.code).toBe('unavailable')
    }
    expect(guard.readiness()).toContain(`emptied: the epoch ${name} is gone`)
    expect(await total()).toBeNull()
    await epoch.hset({ epoch: 'next', after: name })
    expect(await count()).toBeUndefined()
    expect(guard.readiness()).toBeUndefined()
    expect(await total()).toBe('1')
  })

  it('takes no other data for its own, and theirs again when they are back', async () => {
    const { guard, count, epoch } = counting()
    await count()
    const { name } = await guard.current()
    await epoch.hset({ epoch: 'stranger' })
    expect(await count()).toBeInstanceOf(Failure)
    expect(guard.readiness()).toContain('stranger')
    await epoch.hset({ epoch: name })
    expect(await count()).toBeUndefined()
  })

  it('finds an older file out, and not what a crash may take', async () => {
    const { guard, count, prefix, clock } = counting()
    await count()
    await guard.look()
    const applied = Number(await redis.hget(prefix + STATS_KEY, 'last_applied_ms'))
    const setBack = (ms: number) => redis.hset(prefix + STATS_KEY, 'last_applied_ms', String(applied - ms))
    await setBack(1)
    await guard.look()
    expect(guard.readiness()).toBeUndefined()
    await setBack(0)
    await guard.look()
    clock.ms += 6_000
    await guard.look()
    expect(guard.readiness()).toBeUndefined()
    await setBack(1)
    await guard.look()
    expect(guard.readiness()).toContain('older file')
  })

  it('is unavailable, and no worse, while Valkey is away', async () => {
    const away = () => Promise.reject(new Error('Connection is closed'))
    const guard = guardEpoch(
      { hmget: away, hset: away, hsetnx: away },
      { prefix: '', topics: [], newName: 'x', clock: () => 0 },
    )
    for (const asked of [guard.current(), guard.requireTopic('t', 'id')]) {
      await expect(asked).rejects.toMatchObject({ code: 'unavailable' })
    }
    expect(guard.readiness()).toBeUndefined()
  })

  it('stops for everybody when a topic was made again', async () => {
    const { guard, count, prefix } = counting()
    const other = counting(prefix)
    await other.count()
    await guard.requireTopic('t', 'id-1')
    await guard.requireTopic('t', 'id-1')
    await expect(guard.requireTopic('t', 'id-2')).rejects.toThrow('t was made again')
    expect(await count()).toBeInstanceOf(Failure)
    expect(await other.count()).toBeInstanceOf(Failure)
    expect(other.guard.readiness()).toContain('id-2')
  })
})
