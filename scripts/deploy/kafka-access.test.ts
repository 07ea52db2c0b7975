/** Topics are those of the domains, and each client of Kafka may do what it does, with credentials that fit together. */
import { expect, test } from 'vitest'
import { domains } from '../../functions/_core/domains/index.ts'
import {
  BATCH_BYTES,
  DEAD_LETTER_BATCH_BYTES,
  EVENT_FUTURE_MS,
  FOREIGN_IDENTITY_TTL_S,
  NUMBERED_IDENTITY_TTL_S,
  TOPIC_BATCH_BYTES,
} from '../../functions/_core/limits.ts'
import { followerDeadLetterTopic, orderedTopicsOf, topicsOf } from '../../functions/_core/registry.ts'
import { consumerGroup, KEY_TYPE, PIPELINE_READER, sourceName } from '../lib/kafka/source-names.ts'
import { describeOverlays, type Overlay } from './_testing/overlays.ts'
import type { Shape } from './_testing/shapes.ts'

const topics = topicsOf(domains)
const deadLetters = topics.map((topic) => `${topic}-dead-letter`)

const WRITES = ['Describe', 'Write']

/** A client of Kafka: where it connects, and with which credentials, if any. */
interface Client {
  readonly server: string
  readonly user?: string
  readonly password?: string
  readonly mechanism?: string
}

function publisherOf(overlay: Overlay): Client {
  const settings = Object.fromEntries(overlay.settingsOf('publisher'))
  const { KAFKA_BROKERS = '', KAFKA_SASL_USERNAME, KAFKA_SASL_PASSWORD, KAFKA_SASL_MECHANISM } = settings
  return {
    server: KAFKA_BROKERS,
    ...(KAFKA_SASL_USERNAME && { user: KAFKA_SASL_USERNAME }),
    ...(KAFKA_SASL_PASSWORD && { password: KAFKA_SASL_PASSWORD }),
    ...(KAFKA_SASL_MECHANISM && { mechanism: KAFKA_SASL_MECHANISM }),
  }
}

function sourceClient(overlay: Overlay, { spec }: Shape['KafkaSource']): Client {
  const server = spec.bootstrapServers.join()
  if (!spec.net) return { server }
  const { user, password, type } = spec.net.sasl
  return {
    server,
    user: overlay.secret(user.secretKeyRef),
    password: overlay.secret(password.secretKeyRef),
    mechanism: overlay.secret(type.secretKeyRef),
  }
}

function sinkClient(overlay: Overlay, { spec }: Shape['KafkaSink']): Client {
  const server = spec.bootstrapServers.join()
  if (!spec.auth) return { server }
  const { name } = spec.auth.secret.ref
  expect(overlay.secret({ name, key: 'protocol' })).toBe('SASL_PLAINTEXT')
  return {
    server,
    user: overlay.secret({ name, key: 'user' }),
    password: overlay.secret({ name, key: 'password' }),
    mechanism: overlay.secret({ name, key: 'sasl.mechanism' }),
  }
}

const clientsOf = (overlay: Overlay): [string, Client][] => [
  ['publisher', publisherOf(overlay)],
  ...overlay
    .all('KafkaSource')
    .map((source): [string, Client] => [source.metadata.name, sourceClient(overlay, source)]),
  ...overlay
    .all('KafkaSink')
    .map((sink): [string, Client] => [sink.metadata.name, sinkClient(overlay, sink)]),
]

/** What a user may do, as sorted lines; a prefix counts for the names it covers. */
function rightsOf(overlay: Overlay, user: string | undefined, type: string, name: string): string[] {
  const acls = overlay.one('KafkaUser', user ?? '')?.spec.authorization.acls ?? []
  return acls
    .filter(({ resource }) => resource.type === type)
    .filter(({ resource }) =>
      resource.patternType === 'literal' ? resource.name === name : name.startsWith(resource.name),
    )
    .flatMap(({ operations }) => operations)
    .sort()
}

describeOverlays('Kafka', (overlay) => {
  const listeners = overlay.all('Kafka').flatMap(({ spec }) => spec.kafka.listeners)
  const allSources = overlay.all('KafkaSource')
  const readerOf = ({ spec }: Shape['KafkaSource']): string => spec.sink.ref.name
  /** The pipeline's own. */
  const sources = allSources.filter((source) => readerOf(source) === PIPELINE_READER)
  const followers = allSources.filter((source) => readerOf(source) !== PIPELINE_READER)
  const beside = followers.flatMap((source) =>
    source.spec.topics.map((topic) => followerDeadLetterTopic(topic, readerOf(source))),
  )
  const sinks = overlay.all('KafkaSink')
  /** Where deploy makes passwords for Kafka. */
  const secured = overlay.secrets.has('kafka-passwords')

  // For every domain: without its topic a function accepts its events and can never store them.
  test('each domain has a topic, a source, a sink for dead letters, and nothing else is there', () => {
    expect(
      overlay
        .all('KafkaTopic')
        .map(({ metadata }) => metadata.name)
        .sort(),
    ).toEqual([...topics, ...deadLetters, ...beside].sort())
    expect(sources.flatMap(({ spec }) => spec.topics).sort()).toEqual(topics.toSorted())
    for (const { spec } of sources) {
      const sink = overlay.one('KafkaSink', spec.delivery.deadLetterSink.ref.name)
      expect(sink?.spec.topic).toBe(`${spec.topics.join()}-dead-letter`)
    }
    for (const source of followers) {
      const sink = overlay.one('KafkaSink', source.spec.delivery.deadLetterSink.ref.name)
      expect(sink?.spec.topic).toBe(followerDeadLetterTopic(source.spec.topics.join(), readerOf(source)))
    }
    expect(sinks.map(({ spec }) => spec.topic).sort()).toEqual([...deadLetters, ...beside].sort())
  })

  test('sources are named as on one machine, and take any bytes for a key', () => {
    for (const source of allSources) {
      const { metadata, spec } = source
      const [topic = ''] = spec.topics
      const reader = readerOf(source)
      const names = [sourceName(topic, reader), consumerGroup(topic, reader)]
      expect([metadata.name, spec.consumerGroup]).toEqual(names)
      const isOrdered = reader === PIPELINE_READER && orderedTopicsOf(domains).includes(topic)
      expect(spec.ordering).toBe(isOrdered ? 'ordered' : 'unordered')
      expect(metadata.labels['kafkasources.sources.knative.dev/key-type']).toBe(KEY_TYPE)
    }
  })

  test('the console asks for the groups that read', () => {
    const groups = sources.map(({ spec }) => `${spec.topics.join()}=${spec.consumerGroup}`)
    const told = new Map(overlay.settingsOf('console')).get('CONSUMER_GROUPS') ?? ''
    expect(told.split(',').sort()).toEqual(groups.sort())
  })

  test('no record is read again after its identity was forgotten', () => {
    for (const topic of topics) {
      const { 'retention.ms': retention, 'segment.ms': segment } =
        overlay.one('KafkaTopic', topic)?.spec.config ?? {}
      const longest = (Number(retention) + Number(segment)) / 1000
      expect(longest, topic).toBeLessThan(Math.min(NUMBERED_IDENTITY_TTL_S, FOREIGN_IDENTITY_TTL_S))
    }
  })

  test('no record is dated further ahead than an event may be', () => {
    for (const topic of topics) {
      const { 'message.timestamp.after.max.ms': ahead } = overlay.one('KafkaTopic', topic)?.spec.config ?? {}
      expect(Number(ahead), topic).toBe(EVENT_FUTURE_MS)
    }
  })

  test('what a topic takes always fits as a dead letter, and what the publisher sends fits', () => {
    const limitOf = (topic: string) =>
      Number(overlay.one('KafkaTopic', topic)?.spec.config['max.message.bytes'])
    expect(topics.map(limitOf)).toEqual(topics.map(() => TOPIC_BATCH_BYTES))
    expect(deadLetters.map(limitOf)).toEqual(topics.map(() => DEAD_LETTER_BATCH_BYTES))
    expect(BATCH_BYTES).toBeLessThan(TOPIC_BATCH_BYTES)
  })

  test('clients authenticate as the listener wants it, as users that exist', () => {
    for (const [name, { server, user, password, mechanism }] of clientsOf(overlay)) {
      const listener = listeners.find(({ port }) => server.endsWith(`:${port}`))
      expect(mechanism?.toLowerCase(), name).toBe(listener?.authentication?.type)
      const known = overlay.one('KafkaUser', user ?? '')?.spec.authentication
      expect(known?.type, name).toBe(listener?.authentication?.type)
      expect(known && overlay.secret(known.password.valueFrom.secretKeyRef), name).toBe(password)
    }
    expect(listeners.every(({ authentication }) => Boolean(authentication) === secured)).toBe(true)
  })

  if (secured)
    test('the publisher writes every topic, a source reads its own, a sink writes its deadLetters', () => {
      const { user } = publisherOf(overlay)
      for (const topic of topics) expect(rightsOf(overlay, user, 'topic', topic), topic).toEqual(WRITES)
      for (const source of allSources) {
        const { user } = sourceClient(overlay, source)
        const [topic = ''] = source.spec.topics
        expect(rightsOf(overlay, user, 'topic', topic), topic).toEqual(['Describe', 'Read'])
        const group = source.spec.consumerGroup
        // Delete: the source's controller forgets a group together with its source.
        expect(rightsOf(overlay, user, 'group', group), group).toEqual(['Delete', 'Describe', 'Read'])
      }
      for (const sink of sinks) {
        const { user } = sinkClient(overlay, sink)
        expect(rightsOf(overlay, user, 'topic', sink.spec.topic), sink.spec.topic).toEqual(WRITES)
      }
    })

  if (secured)
    test('the operator reads every topic and sets positions back, and writes nothing', () => {
      for (const topic of [...topics, ...deadLetters, ...beside]) {
        expect(rightsOf(overlay, 'operator', 'topic', topic), topic).toEqual(['Describe', 'Read'])
      }
      for (const { spec } of allSources) {
        expect(rightsOf(overlay, 'operator', 'group', spec.consumerGroup)).toEqual(['Describe', 'Read'])
      }
      const known = overlay.one('KafkaUser', 'operator')?.spec.authentication.password.valueFrom.secretKeyRef
      const password = overlay.secret({ name: 'kafka-operator', key: 'password' })
      expect(known && overlay.secret(known)).toBe(password)
    })

  test('ACLs name nothing that is not there', () => {
    const resources = overlay.all('KafkaUser').flatMap(({ spec }) => spec.authorization.acls)
    const named = (type: string) => resources.map(({ resource }) => resource).filter((r) => r.type === type)
    expect([...topics, ...deadLetters, ...beside]).toEqual(
      expect.arrayContaining(named('topic').map(({ name }) => name)),
    )
    for (const { name } of named('group')) {
      const groups = allSources.map(({ spec }) => spec.consumerGroup)
      expect(groups.filter((group) => group.startsWith(name))).not.toEqual([])
    }
  })
})
