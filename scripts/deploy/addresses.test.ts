/** Whoever calls somebody in the manifests has the right address: name, namespace and port of something that is there. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { REPO_DIR } from '../lib/paths.ts'
import { describeOverlays, type Overlay } from './_testing/overlays.ts'

/** Knative's gateway, in front of every function. */
const GATEWAY_PORT = 80

interface Address {
  readonly host: string
  readonly port: number
}

/** `host:port`, or a URL, whose port 80 need not be said. */
function addressOf(text: string): Address {
  const { hostname, port } = new URL(text.includes('://') ? text : `tcp://${text}`)
  return { host: hostname, port: Number(port || (text.startsWith('http:') ? GATEWAY_PORT : Number.NaN)) }
}

/** What answers there, as `kind name`; a host without a namespace is in the caller's. */
function answering(overlay: Overlay, { host, port }: Address, namespace: string): string | undefined {
  const [name, within = namespace, svc = 'svc', ...rest] = host.split('.')
  if (svc !== 'svc' || rest.length > 0) return undefined
  const candidates = [
    ...overlay.all('function').map(({ metadata }) => ({ kind: 'function', metadata, ports: [GATEWAY_PORT] })),
    ...overlay.all('Service').map(({ metadata, spec }) => ({
      kind: 'Service',
      metadata,
      ports: spec.ports.map(({ port }) => port),
    })),
    ...overlay.all('Kafka').map(({ metadata, spec }) => ({
      kind: 'Kafka',
      metadata: { ...metadata, name: `${metadata.name}-kafka-bootstrap` },
      ports: spec.kafka.listeners.map(({ port }) => port),
    })),
  ]
  const found = candidates.find(
    ({ metadata, ports }) => metadata.name === name && metadata.namespace === within && ports.includes(port),
  )
  return found && `${found.kind} ${found.metadata.name}`
}

const KAFKA = 'Kafka caudal-kafka-bootstrap'
const pipelines: [string, string, string][] = [
  ['ingest', 'BRIDGE_URL', 'function bridge'],
  ['bridge', 'PUBLISHER_ADDR', 'function publisher'],
  ['publisher', 'KAFKA_BROKERS', KAFKA],
  ['aggregator', 'VALKEY_URL', 'Service valkey'],
  ['console', 'KAFKA_BROKERS', KAFKA],
  ['console', 'VALKEY_URL', 'Service valkey'],
  ['notifier', 'VALKEY_URL', 'Service valkey'],
]

const { scrape_configs: scrapeConfigs } = z
  .object({
    // Knative's own are at fixed names, outside of this namespace.
    scrape_configs: z.array(
      z.object({ dns_sd_configs: z.array(z.object({ names: z.array(z.string()) })).default([]) }),
    ),
  })
  .parse(parse(readFileSync(join(REPO_DIR, 'knative', 'base', 'prometheus', 'prometheus.yml'), 'utf8')))

describeOverlays('addresses', (overlay) => {
  test.each(pipelines)('%s, %s: %s', (name, setting, target) => {
    const namespace = overlay.one('function', name)?.metadata.namespace ?? ''
    const address = overlay.settingsOf(name).get(setting) ?? ''
    expect(answering(overlay, addressOf(address), namespace), address).toBe(target)
  })

  test.each([
    ['bridge', 53],
    ['publisher', addressOf(overlay.settingsOf('publisher').get('KAFKA_BROKERS') ?? '').port],
    ['aggregator', addressOf(overlay.settingsOf('aggregator').get('VALKEY_URL') ?? '').port],
    ['console', addressOf(overlay.settingsOf('console').get('KAFKA_BROKERS') ?? '').port],
    ['console', addressOf(overlay.settingsOf('console').get('VALKEY_URL') ?? '').port],
    ['notifier', addressOf(overlay.settingsOf('notifier').get('VALKEY_URL') ?? '').port],
    ['notifier', 25],
  ])('policies let %s out to port %i', (name, port) => {
    const labels: Record<string, string> = { 'app.kubernetes.io/name': name, 'caudal/role': 'function' }
    const ports = overlay.all('NetworkPolicy').flatMap(({ spec }) => {
      const wanted = Object.entries(spec.podSelector.matchLabels)
      return wanted.every(([label, value]) => labels[label] === value) ? (spec.egress ?? []) : []
    })
    expect(ports.flatMap(({ ports = [] }) => ports.map((each) => each.port))).toContain(port)
  })

  test('every listener of Kafka lets in the publisher, the console, Knative and the brokers, nobody else', () => {
    for (const { spec } of overlay.all('Kafka')) {
      for (const { networkPolicyPeers } of spec.kafka.listeners) {
        expect(networkPolicyPeers).toEqual([
          { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'publisher' } } },
          { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'console' } } },
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'knative-eventing' } } },
          { podSelector: { matchLabels: { 'strimzi.io/cluster': 'caudal' } } },
        ])
      }
    }
  })

  test('sources and dead letter sinks find Kafka', () => {
    const clients = [...overlay.all('KafkaSource'), ...overlay.all('KafkaSink')]
    const found = clients.map(({ metadata, spec }) => [
      metadata.name,
      answering(overlay, addressOf(spec.bootstrapServers.join()), metadata.namespace),
    ])
    expect(found).toEqual(clients.map(({ metadata }) => [metadata.name, KAFKA]))
  })

  test('events go to the function that the group is of, dead letters to a sink of the same name', () => {
    for (const { metadata, spec } of overlay.all('KafkaSource')) {
      expect(spec.sink.ref).toEqual({
        apiVersion: 'serving.knative.dev/v1',
        kind: 'Service',
        name: spec.consumerGroup.split('-')[0],
      })
      expect(overlay.one('function', spec.sink.ref.name)?.metadata.namespace).toBe(metadata.namespace)
      const deadLetters = spec.delivery.deadLetterSink.ref
      expect(deadLetters.name).toBe(`${metadata.name}-dead-letter`)
      const there = overlay.objects.find(
        (object) => object.kind === deadLetters.kind && object.metadata.name === deadLetters.name,
      )
      expect(there?.apiVersion, deadLetters.name).toBe(deadLetters.apiVersion)
      expect(there?.metadata.namespace).toBe(metadata.namespace)
    }
  })

  test('Prometheus asks for names that exist', () => {
    const asked = scrapeConfigs.flatMap(({ dns_sd_configs }) => dns_sd_configs.flatMap(({ names }) => names))
    expect(overlay.all('Service').map(({ metadata }) => metadata.name)).toEqual(expect.arrayContaining(asked))
  })
})
