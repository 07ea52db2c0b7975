/** Grafana on a cluster and on one machine: the same versions and settings, and everything they refer to is there. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, expect, it, test } from 'vitest'
import { parse } from 'yaml'
import * as z from 'zod'
import { createKubectl, type KubeObject } from '../../scripts/deploy/kube.ts'
import { render } from '../../scripts/deploy/render.ts'
import { newSecrets } from '../../scripts/deploy/secrets.ts'
import { inStages } from '../../scripts/deploy/stages.ts'
import { boards } from '../_testing/boards.ts'
import { variable } from './board.ts'

const HERE = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(HERE, path), 'utf8')
const local = new Map(
  read('grafana.env')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
)
const envVar = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }) }).optional(),
})
const deployment = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({ containers: z.tuple([z.object({ image: z.string(), env: z.array(envVar) })]) }),
    }),
  }),
})

const kubectl = await execa('kubectl', ['version', '--client'], { reject: false })
if (kubectl.failed && process.env.CI === 'true')
  throw new Error('kubectl is not installed, and CI must have it')
const objects: readonly KubeObject[] = kubectl.failed
  ? []
  : await render(createKubectl('shop'), {
      overlay: 'dev',
      namespace: 'shop',
      publicEndpoints: false,
      components: [HERE],
    })
const named = (kind: string, name: string) =>
  objects.find((one) => one.kind === kind && one.metadata.name.startsWith(name))

describe.skipIf(kubectl.failed)('the component', () => {
  const { image, env } = kubectl.failed
    ? { image: '', env: [] }
    : deployment.parse(named('Deployment', 'grafana')).spec.template.spec.containers[0]
  const settings = new Map(env.map(({ name, value }) => [name, value]))

  test('every dashboard is in it, as it is committed', () => {
    const data = z
      .object({ data: z.record(z.string(), z.string()) })
      .parse(named('ConfigMap', 'grafana-dashboards')).data
    expect(Object.keys(data).sort()).toEqual(readdirSync(join(HERE, 'dashboards')).sort())
    for (const [name, text] of Object.entries(data)) expect(text).toBe(read(`dashboards/${name}`))
  })

  test('each object has its stage, and its secret has the key', () => {
    expect(inStages(objects).flatMap((stage) => stage.objects)).toHaveLength(objects.length)
    const secrets = newSecrets('dev')
    for (const { valueFrom } of env) {
      if (valueFrom === undefined) continue
      const { name, key } = valueFrom.secretKeyRef
      expect(secrets.get(name)).toHaveProperty([key])
    }
  })

  test('image and plugin are pinned, and the same as on one machine', () => {
    expect(image).toMatch(/^docker\.io\/grafana\/grafana:\d+\.\d+\.\d+$/)
    expect(settings.get('GF_PLUGINS_PREINSTALL_SYNC')).toMatch(/^redis-datasource@\d+\.\d+\.\d+$/)
    expect(local.get('GF_PLUGINS_PREINSTALL_SYNC')).toBe(settings.get('GF_PLUGINS_PREINSTALL_SYNC'))
    expect(read('README.md')).toContain(image.replace('docker.io/', ''))
  })

  test('settings are those of one machine, but for addresses and who may change things', () => {
    const own = /^CAUDAL_|HTTP_ADDR|LOGIN_FORM/
    const shared = (all: Iterable<readonly [string, string | undefined]>) =>
      Object.fromEntries([...all].filter(([name]) => !own.test(name)))
    expect(shared(settings)).toEqual(shared(local))
    expect([...settings.keys()].filter((name) => name.startsWith('CAUDAL_')).sort()).toEqual(
      [...local.keys()].filter((name) => name.startsWith('CAUDAL_')).sort(),
    )
  })
})

it('provisioning reads only settings that are given, and has the sources that dashboards choose from', () => {
  const text = read('provisioning/datasources/caudal.yaml')
  const asked = Array.from(text.matchAll(/\$([A-Z_]+)/g), ([, name]) => name).filter(
    (name) => name !== 'NAME',
  )
  expect(asked.filter((name) => !local.has(name ?? ''))).toEqual([])
  const { datasources }: { datasources: { type: string; uid: string; access: string }[] } = parse(text)
  const chosen = boards.flatMap(({ templating }) =>
    templating.list.flatMap(({ type, name, query }) =>
      type === 'datasource' ? [[variable(name), query]] : [],
    ),
  )
  for (const [, plugin] of chosen) expect(datasources.map(({ type }) => type)).toContain(plugin)
  for (const { access } of datasources) expect(access).toBe('proxy')
})

it('the provider reads the folder that both mount', () => {
  const { providers }: { providers: { options: { path: string } }[] } = parse(
    read('provisioning/dashboards/caudal.yaml'),
  )
  const [path] = providers.map(({ options }) => options.path)
  expect(read('grafana.yaml')).toContain(`mountPath: ${path}`)
  expect(read('README.md')).toContain(`:${path}:ro`)
  const home = local.get('GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH') ?? ''
  expect(readdirSync(join(HERE, 'dashboards'))).toContain(home.replace(`${path}/`, ''))
})
