import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { describe, expect, inject, it } from 'vitest'
import { STANDARD_FUNCTIONS } from '../../../functions/_core/topology.ts'
import { topicSettings } from '../support/new-topics.ts'
import { newPlace, startRunner } from '../support/runner.ts'

const E2E_MS = 180_000
const BULK = 500
/** Servers that are given, with topics and keys of the test's own. */
function givenServers() {
  const own = randomUUID()
  return {
    KAFKA_BROKERS: inject('kafkaBrokers'),
    VALKEY_URL: inject('valkeyUrl'),
    VALKEY_PREFIX: `${own}:`,
    ...topicSettings(own),
  }
}

describe('npm start', () => {
  it('ends reconciled after --duration, and says so as JSON', { timeout: E2E_MS }, async () => {
    const place = await newPlace()
    const args = ['--duration', '5', '--users', '16', '--json', place.json]
    const runner = startRunner(place, { command: 'npm', args })
    expect(await runner.ended(), runner.output()).toBe(0)
    const result = JSON.parse(await readFile(place.json, 'utf8'))
    const { sent, acknowledged, refused, unknown, in_kafka, duplicates, dead_lettered, counted } = result
    expect(result).toMatchObject({ reconciled: true, refused: 0, dead_lettered: 0, repaired: 0 })
    expect(acknowledged).toBeGreaterThan(100)
    expect([sent, counted]).toEqual([acknowledged + refused + unknown, in_kafka - duplicates - dead_lettered])
    for (const figure of ['events_per_s', 'p50_ms', 'p99_ms']) expect(result[figure]).toBeGreaterThan(0)
    const parts = [...STANDARD_FUNCTIONS, 'kafka', 'locust', 'source', 'valkey']
    expect(Object.keys(result.cpu_us_per_event).sort()).toEqual(parts.sort())
    expect(runner.output()).toContain(`http://127.0.0.1:${place.env.INGEST_PORT}`)
    expect(runner.output()).toMatch(/ 3 s {2}accepted /)
  })

  it('ends in order by Ctrl-C, with the summary and 130', { timeout: E2E_MS }, async () => {
    const place = await newPlace()
    const runner = startRunner(place, { args: ['--rate', '100', '--json', place.json], env: givenServers() })
    await runner.line(/accepted [1-9]/)
    runner.signal('SIGINT')
    await runner.line(/^Stopping: waits for /)
    await runner.line(/Reconciled/)
    expect(await runner.ended()).toBe(130)
    const { reconciled, acknowledged, counted } = JSON.parse(await readFile(place.json, 'utf8'))
    expect([reconciled, counted]).toEqual([true, acknowledged])
  })

  it('takes requests with --no-load, the way it says', { timeout: E2E_MS }, async () => {
    const place = await newPlace()
    const runner = startRunner(place, { args: ['--no-load', '--json', place.json], env: givenServers() })
    const curl = await runner.line(/curl -i /)
    const body = /-d '(.*)'/.exec(await runner.line(/-d '/))?.[1] ?? ''
    const url = /http\S+/.exec(curl)?.[0] ?? ''
    const headers = { 'content-type': 'application/json' }
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(200)
    await runner.line(/counted [1-9]/)
    // Each event of a bulk is one.
    const bulk = `[${new Array(BULK).fill(body).join()}]`
    const many = url.replace(/[^/]*$/, 'ventas')
    expect((await fetch(many, { method: 'POST', headers, body: bulk })).status).toBe(200)
    await runner.line(/accepted \d{2,}/)
    const second = startRunner(await newPlace(), { args: ['--no-load'], env: { CAUDAL_DATA: place.data } })
    await second.line(/running already \(process \d+/)
    runner.signal('SIGINT')
    expect(await runner.ended()).toBe(130)
    expect(JSON.parse(await readFile(place.json, 'utf8'))).toMatchObject({
      counted: 1 + BULK,
      sent: 0,
      reconciled: true,
    })
  })
})

describe('npm start says what is wrong, and what to do', () => {
  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['an unknown flag', ['--durration', '5'], {}, /unknown option.*\n.*--duration/],
    ['a bad number', ['--users', 'many'], {}, /--users.*whole|--users.*greater than 0/],
    ['a bad setting', [], { INGEST_PORT: 'http' }, /INGEST_PORT: must be a port/],
    [
      'a broker that is not there',
      ['--no-load'],
      { KAFKA_BROKERS: '127.0.0.1:1', VALKEY_URL: '' },
      /Kafka at 127\.0\.0\.1:1 .*KAFKA_BROKERS/,
    ],
    [
      'a Valkey that is not there',
      ['--no-load'],
      { VALKEY_URL: 'redis://127.0.0.1:1', KAFKA_BROKERS: 'given' },
      /Valkey at .*127\.0\.0\.1:1.*VALKEY_URL/,
    ],
    [
      '--fresh with given servers',
      ['--fresh', '--no-load'],
      { VALKEY_URL: 'redis://127.0.0.1:1' },
      /--fresh .* VALKEY_URL/,
    ],
  ])('%s', { timeout: E2E_MS }, async (_, args, env, message) => {
    const place = await newPlace()
    const given = env.KAFKA_BROKERS === 'given' ? { ...env, KAFKA_BROKERS: inject('kafkaBrokers') } : env
    const runner = startRunner(place, { args, env: given })
    expect(await runner.ended()).toBe(1)
    expect(runner.output()).toMatch(message)
    expect(runner.output()).not.toMatch(/^ +at /m)
  })

  it('a busy port', { timeout: E2E_MS }, async () => {
    const place = await newPlace()
    const holder = createServer().listen(Number(place.env.BRIDGE_PORT), '127.0.0.1')
    const runner = startRunner(place, { args: ['--no-load'] })
    expect(await runner.ended()).toBe(1)
    holder.close()
    expect(runner.output()).toContain(`port ${place.env.BRIDGE_PORT} is in use by process ${process.pid}`)
    expect(runner.output()).toContain('set BRIDGE_PORT to another one')
  })
})
