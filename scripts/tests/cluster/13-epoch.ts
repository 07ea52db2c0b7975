/** A Valkey that was emptied: the count stops aloud, and the operations page's commands count the log again. */
import { describe, expect, test } from 'vitest'
import { valkey } from '../../deploy/smoke.ts'
import { functionPods, kubectl, newProduct, salesCounted, unitsOf, until } from './context.ts'
import { everythingDelivered, GROUP, resetToEarliest, sell, untilCounted } from './kafka.ts'

const DEADLINE_MS = 120_000
const EPOCH_KEY = 'caudal:epoch'
/** As docs/operations.md has it. */
const RENAME = `redis.call('HDEL', KEYS[1], 'stopped')
  redis.call('HSET', KEYS[1], 'epoch', ARGV[2], 'after', ARGV[1])`

async function admin(...command: readonly string[]): Promise<void> {
  const secret = await kubectl.run(['get', 'secret', 'valkey-users', '--output', 'jsonpath={.data.admin}'])
  const password = Buffer.from(secret, 'base64').toString()
  // By standard input: arguments are in everybody's list of processes.
  const cli = 'read -r REDISCLI_AUTH; export REDISCLI_AUTH; exec valkey-cli -e --user admin "$@" </dev/null'
  const shell = ['exec', '-i', 'valkey-0', '--container', 'valkey', '--', 'sh', '-c', cli, 'valkey-cli']
  await kubectl.run([...shell, ...command], `${password}\n`)
}

const scaleSource = (replicas: number): Promise<string> =>
  kubectl.run(['scale', 'kafkasource', 'ventas', '--replicas', String(replicas)])

/** What the aggregators that still run have logged. */
async function aggregatorLogs(): Promise<string> {
  const pods = await functionPods('aggregator')
  const args = ['--container', 'function']
  // One of a revision that never started has none.
  const logs = pods.map(({ metadata }) => kubectl.run(['logs', metadata.name, ...args]).catch(() => ''))
  return (await Promise.all(logs)).join('\n')
}

describe('data that disagree', () => {
  test('an emptied Valkey stops the count; the documented commands count the log again', async () => {
    const [before, after] = [newProduct('before'), newProduct('after')]
    await sell(before)
    await untilCounted([before])
    await everythingDelivered(GROUP)
    const counted = await salesCounted()
    const epoch = await valkey(kubectl, 'HGET', EPOCH_KEY, 'epoch')
    await admin('FLUSHALL')
    await sell(after)
    await until('an aggregator says that it stopped', DEADLINE_MS, async () =>
      (await aggregatorLogs()).includes('nothing is counted any more'),
    )
    expect(await valkey(kubectl, 'EXISTS', 'ranking:global')).toBe('0')

    await scaleSource(0)
    await resetToEarliest(GROUP)
    await admin('EVAL', RENAME, '1', EPOCH_KEY, epoch, `${epoch}-again`)
    await scaleSource(1)
    await untilCounted([before, after])
    await everythingDelivered(GROUP)
    expect([await unitsOf(before), await unitsOf(after)]).toEqual([1, 1])
    // More than one: what had run out of retries before is in the log, and is counted now.
    expect(await salesCounted()).toBeGreaterThan(counted)
  })
})
