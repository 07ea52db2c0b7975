/** The runner is killed -9 under load, and Valkey's file loses its end: the next start finds and mends it. */
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Kafka, logLevel } from 'kafkajs'
import { expect, it } from 'vitest'
import { readSnapshot } from '../../../functions/_adapters/valkey/snapshot.ts'
import { domains } from '../../../functions/_core/domains/index.ts'
import { registryOf, topicsOf } from '../../../functions/_core/registry.ts'
import { STANDARD_FUNCTIONS } from '../../../functions/_core/topology.ts'
import { accountFor } from '../../ledger/offset-range.ts'
import { lostReceipts } from '../../ledger/receipts.ts'
import { recountFrom } from '../../ledger/recount.ts'
import { until } from '../../lib/until.ts'
import {
  childrenOf,
  cutValkeyFile,
  newPlace,
  type Place,
  processesOf,
  startRunner,
} from '../support/runner.ts'

const DEADLINE_MS = 240_000
/** The guard gives the children 6 s. */
const GONE_MS = 20_000
const LOADED_SECONDS = 4
const LOST_SHARE = 0.3

it('nothing outlives the runner, and what Valkey lost is counted again', {
  timeout: DEADLINE_MS,
}, async () => {
  const place = await newPlace()
  const first = startRunner(place, { args: ['--rate', '300', '--users', '32'] })
  for (let second = 0; second < LOADED_SECONDS; second++) await first.line(/accepted [1-9].*counted [1-9]/)
  expect([...childrenOf(first.pid).keys()].sort()).toEqual(
    [...STANDARD_FUNCTIONS, 'kafka', 'locust', 'source', 'valkey'].sort(),
  )
  process.kill(first.pid, 'SIGKILL')
  expect(await until(() => processesOf(place).length === 0, GONE_MS), 'something was left behind').toBe(true)

  const receipts = join(place.data, 'receipts.before.txt')
  await copyFile(join(place.data, 'receipts.txt'), receipts)
  cutValkeyFile(place, LOST_SHARE)

  const second = startRunner(place, { args: ['--no-load'] })
  await second.line(/Took over .*lock/)
  await second.line(/Valkey had lost [1-9]\d* events/)
  await second.line(/curl -i/)
  const { lostCount, differences, inKafka } = await recountAll(place, receipts)
  expect([lostCount, differences]).toEqual([0, []])
  expect(inKafka).toBeGreaterThan(300)
  second.signal('SIGINT')
  expect(await second.ended(), second.output()).toBe(130)
})

/** Everything that was ever stored, against everything that is counted. */
async function recountAll({ env }: Place, receiptsFile: string) {
  const kafka = new Kafka({ brokers: [`127.0.0.1:${env.KAFKA_PORT}`], logLevel: logLevel.NOTHING })
  const valkey = new Redis(`redis://127.0.0.1:${env.VALKEY_PORT}`)
  try {
    const recount = recountFrom({}, domains)
    const reader = { kafka, valkey, registry: registryOf(domains), prefix: '', generations: new Map() }
    const ranges = topicsOf(domains).map((topic) => ({ topic }))
    const nothing = { atMs: 0, bits: new Map() }
    const { inKafka, counted } = await accountFor(reader, ranges, nothing, recount.add)
    const { lostCount } = await lostReceipts(receiptsFile, counted, '')
    const { differences } = recount.compare(await readSnapshot(valkey, domains), Date.now())
    return { inKafka, lostCount, differences }
  } finally {
    valkey.disconnect()
  }
}
