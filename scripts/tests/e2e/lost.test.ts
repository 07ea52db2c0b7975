/** What a cluster would lose, one machine says: in a line, in the live view, and by not being reconciled. */
import { randomUUID } from 'node:crypto'
import { Kafka, logLevel, Partitioners } from 'kafkajs'
import { expect, inject, it } from 'vitest'
import { domains } from '../../../functions/_core/domains/index.ts'
import { withTopics } from '../../../functions/_runtime/settings.ts'
import { topicSettings } from '../support/new-topics.ts'
import { newPlace, startRunner } from '../support/runner.ts'

const E2E_MS = 180_000

it('npm start ends not reconciled after a record that no request can carry', {
  timeout: E2E_MS,
}, async () => {
  const own = randomUUID()
  const brokers = inject('kafkaBrokers')
  const place = await newPlace()
  const env = {
    KAFKA_BROKERS: brokers,
    VALKEY_URL: inject('valkeyUrl'),
    VALKEY_PREFIX: `${own}:`,
    ...topicSettings(own),
  }
  const runner = startRunner(place, { args: ['--no-load'], env })
  await runner.line(/curl -i /)
  const kafka = new Kafka({ brokers: [brokers], logLevel: logLevel.NOTHING })
  const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await producer.connect()
  const value = '{"producto_id":"P1","categoria":1,"precio":1,"cantidad_vendida":1}'
  const control = Buffer.from([1, 2, 3, 0xff])
  await producer.send({
    topic: withTopics(domains, env)[0]?.topic ?? '',
    messages: [
      { value, headers: { trace: control } },
      { value, key: control },
    ],
  })
  await producer.disconnect()
  expect(await runner.line(/1 LOST as on a cluster/)).toContain('ce-kafkaheadertrace has control')
  await runner.line(/top P1 1/)
  runner.signal('SIGINT')
  await runner.line(/✗.*the sources lost no record.*ce-kafkaheadertrace has control/)
  await runner.line(/NOT reconciled/)
  expect(await runner.ended()).toBe(130)
})
