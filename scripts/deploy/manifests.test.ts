/** The manifests of the functions and their code say the same. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { parse } from 'yaml'
import { domains } from '../../functions/_core/domains/index.ts'
import {
  BRIDGE_DEADLINE_MS,
  PUBLISHER_DEADLINE_MS,
  SHUTDOWN_MS,
  VALKEY_DEADLINE_MS,
} from '../../functions/_core/limits.ts'
import { FUNCTIONS, type FunctionName } from '../../functions/_core/topology.ts'
import * as aggregator from '../../functions/aggregator/env.ts'
import * as bridge from '../../functions/bridge/env.ts'
import * as carrier from '../../functions/carrier/env.ts'
import * as console from '../../functions/console/env.ts'
import * as ingest from '../../functions/ingest/env.ts'
import * as notifier from '../../functions/notifier/env.ts'
import * as publisher from '../../functions/publisher/env.ts'
import { NODE_OPTIONS } from '../build/bundles.ts'
import { REPO_DIR } from '../lib/paths.ts'
import { describeOverlays, type Overlay } from './_testing/overlays.ts'
import type { KubeObject } from './kube.ts'
import { namespaceOption } from './options.ts'
import { parseObjects } from './render.ts'
import { inStages } from './stages.ts'

const SETTINGS: Record<FunctionName, () => object> = {
  ingest: ingest.settings,
  bridge: bridge.settings,
  publisher: publisher.settings,
  aggregator: aggregator.settings,
  console: console.settings,
  notifier: notifier.settings,
  carrier: carrier.settings,
}
/** Knative's queue-proxy listens here in every pod. */
const TAKEN_PORTS = [8012, 8013, 8022, 8112, 9090, 9091]

interface ScrapeConfig {
  readonly job_name: string
  readonly dns_sd_configs: readonly { readonly names: readonly string[]; readonly port: number }[]
}
const { scrape_configs: SCRAPE_CONFIGS }: { scrape_configs: ScrapeConfig[] } = parse(
  readFileSync(join(REPO_DIR, 'knative', 'base', 'prometheus', 'prometheus.yml'), 'utf8'),
)

interface Container {
  readonly image: string
  readonly env: readonly { readonly name: string; readonly value?: string }[]
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[]
  readonly securityContext: { readonly runAsUser: number; readonly readOnlyRootFilesystem: boolean }
}
interface KnativeService extends Omit<KubeObject, 'spec'> {
  readonly metadata: KubeObject['metadata'] & { readonly labels: Readonly<Record<string, string>> }
  readonly spec: {
    readonly template: {
      readonly spec: { readonly timeoutSeconds: number; readonly containers: readonly [Container] }
    }
  }
}

const isFunction = (object: object): object is KnativeService =>
  'apiVersion' in object && object.apiVersion === 'serving.knative.dev/v1'
const functionsOf = (objects: readonly object[]): KnativeService[] => objects.filter(isFunction)
const fileOf = (name: FunctionName): KnativeService => {
  const [service] = functionsOf(parseObjects(readFileSync(join(REPO_DIR, 'knative', `${name}.yaml`), 'utf8')))
  if (!service) throw new Error(`knative/${name}.yaml is no Knative Service`)
  return service
}

/** Every object inside `value`, at any depth. */
function* parts(value: unknown): Generator<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield Object.fromEntries(Object.entries(value))
  for (const inner of Object.values(value)) yield* parts(inner)
}

/** The made-up carrier is nowhere but where things are tried out. */
const functionsIn = (overlay: Overlay): FunctionName[] =>
  FUNCTIONS.filter((name) => name !== 'carrier' || overlay.one('function', name) !== undefined)

afterEach(() => vi.unstubAllEnvs())

describe.each(FUNCTIONS)('knative/%s.yaml', (name) => {
  const service = fileOf(name)
  const [container] = service.spec.template.spec.containers

  test('bears its name, and its image is the one that is built', () => {
    expect(service.metadata.name).toBe(name)
    expect(container.image).toBe(`caudal-${name}`)
  })

  test('by itself it goes with the others, into the namespace that deploy takes by default', () => {
    const addresses = container.env.flatMap(({ value }) => /\.([^.]+)\.svc\b/.exec(value ?? '')?.[1] ?? [])
    for (const namespace of addresses) expect(namespace).toBe(namespaceOption.defaultValue)
  })

  test('ports are free beside queue-proxy, and Prometheus knows the one with /metrics', () => {
    const [port] = container.ports
    expect(TAKEN_PORTS).not.toContain(port?.containerPort)
    expect(port?.name).toBe(name === 'publisher' ? 'h2c' : 'http1')
    for (const { name: setting, value } of container.env) vi.stubEnv(setting, value)
    const own: { readonly PUBLISHER_HTTP_PORT?: number } = SETTINGS[name]()
    const httpPort = own.PUBLISHER_HTTP_PORT ?? port?.containerPort
    const scraped = SCRAPE_CONFIGS.flatMap(({ job_name, dns_sd_configs }) =>
      job_name === 'functions' ? dns_sd_configs : [],
    )
    expect(scraped.find(({ names }) => names.includes(`${name}-pods`))?.port).toBe(httpPort)
  })

  test('a request may take as long as its function does, and stopping as long as it needs', () => {
    const { timeoutSeconds } = service.spec.template.spec
    const longest = Math.max(SHUTDOWN_MS, BRIDGE_DEADLINE_MS, PUBLISHER_DEADLINE_MS, VALKEY_DEADLINE_MS)
    expect(timeoutSeconds * 1000).toBeGreaterThan(longest)
  })

  test('runs as the user that the image and its compile cache belong to, with the same options as anywhere', () => {
    const dockerfile = readFileSync(join(REPO_DIR, 'scripts', 'deploy', 'images', 'Dockerfile'), 'utf8')
    expect(dockerfile).toContain(`USER ${container.securityContext.runAsUser}:`)
    expect(dockerfile.match(/NODE_OPTIONS=.*/g)).toEqual(Array(2).fill(`NODE_OPTIONS="${NODE_OPTIONS}"`))
    expect(container.securityContext.readOnlyRootFilesystem).toBe(true)
  })

  test('only ingest is reachable from outside', () => {
    const visibility = service.metadata.labels['networking.knative.dev/visibility']
    expect(visibility).toBe(name === 'ingest' ? undefined : 'cluster-local')
  })
})

describeOverlays('functions', (overlay) => {
  test('has every function, and every object has its stage', () => {
    const there = overlay.all('function').map(({ metadata }) => metadata.name)
    expect(there.sort()).toEqual(functionsIn(overlay).sort())
    expect(inStages(overlay.objects).flatMap((stage) => stage.objects)).toHaveLength(overlay.objects.length)
  })

  test.each(functionsIn(overlay))(
    'the settings of %s are known to it and parse, and none is of this machine',
    (name) => {
      const given = overlay.settingsOf(name)
      for (const [setting, value] of given) vi.stubEnv(setting, value)
      vi.stubEnv('PORT', '8080')
      const settings = SETTINGS[name]()
      expect(Object.keys(settings)).toEqual(expect.arrayContaining([...given.keys()]))
      const local = Object.entries(settings).filter(([, value]) =>
        /127\.0\.0\.1|localhost/.test(String(value)),
      )
      expect(local).toEqual([])
    },
  )

  test('secrets that are mounted or referred to are made, with these keys', () => {
    for (const { secretKeyRef, secretName, secret } of parts(overlay.objects)) {
      for (const part of parts(secretKeyRef)) {
        expect(overlay.secrets.get(String(part.name))).toHaveProperty([String(part.key)])
      }
      const named = [secretName, ...Array.from(parts(secret), ({ name }) => name)]
      for (const name of named) if (name !== undefined) expect([...overlay.secrets.keys()]).toContain(name)
    }
  })

  test('the made-up carrier is in no shop, and finds the bridge where it is', () => {
    const isThere = overlay.one('function', 'carrier') !== undefined
    expect(isThere && overlay.secrets.has('kafka-passwords')).toBe(false)
    const { namespace } = overlay.one('function', 'ingest')?.metadata ?? {}
    const told = overlay.settingsOf('carrier').get('BRIDGE_URL')
    expect([undefined, `http://bridge.${namespace}.svc`]).toContain(told)
  })

  test('CloudEvent types that are mentioned are those of the domains', () => {
    const mentioned = overlay.text.match(/\bcom\.[a-z]+\.[a-z]+\.v\d+\b/g) ?? []
    expect(domains.map(({ type }) => type)).toEqual(expect.arrayContaining(mentioned))
  })
})
