/** Wrong configurations: deploy fails, and says which resource and why; what ran before goes on. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { stringify } from 'yaml'
import { deployNow, hostOf, ingress, newProduct, reportFolder } from './context.ts'
import { deliver } from './endpoints.ts'

const FOLDER = join(reportFolder, 'mistakes')
/** Within this the cause must be known, in seconds. */
const KNOWN_S = 30

interface Mistake {
  readonly what: string
  readonly service: string
  readonly operations: readonly object[]
  /** Deploy's output names all of these. */
  readonly says: readonly RegExp[]
}

const container = '/spec/template/spec/containers/0'
const MISTAKES: readonly Mistake[] = [
  {
    what: 'missing secret',
    service: 'aggregator',
    operations: [
      { op: 'replace', path: `${container}/env/0/valueFrom/secretKeyRef/name`, value: 'no-such-secret' },
    ],
    says: [/aggregator is not ready/, /secret "no-such-secret" not found/],
  },
  {
    what: 'unreachable broker',
    service: 'publisher',
    operations: [{ op: 'replace', path: `${container}/env/0/value`, value: 'no-such-broker:9092' }],
    says: [/publisher is not ready/, /log: .*no-such-broker/],
  },
  {
    what: 'wrong setting',
    service: 'bridge',
    operations: [{ op: 'replace', path: `${container}/env/0/value`, value: 'no port here' }],
    says: [/bridge is not ready/, /PUBLISHER_ADDR: must be host:port/],
  },
  {
    what: 'bad image',
    service: 'ingest',
    operations: [{ op: 'replace', path: `${container}/image`, value: 'dev.local/no-such-image:1' }],
    says: [/ingest is not ready/, /no-such-image/],
  },
]

/** A kustomize component with the mistake. */
async function component({ what, service, operations }: Mistake): Promise<string> {
  const folder = join(FOLDER, what.replaceAll(' ', '-'))
  await mkdir(folder, { recursive: true })
  const target = { group: 'serving.knative.dev', kind: 'Service', name: service }
  const kustomization = {
    apiVersion: 'kustomize.config.k8s.io/v1alpha1',
    kind: 'Component',
    patches: [{ target, patch: stringify(operations) }],
  }
  await writeFile(join(folder, 'kustomization.yaml'), stringify(kustomization))
  return folder
}

describe('invalid configuration', () => {
  afterAll(() => rm(FOLDER, { recursive: true, force: true }))

  test.each(MISTAKES)('$what: deploy says so, and the old revision goes on', async (mistake) => {
    const folder = await component(mistake)
    const { all, exitCode } = await deployNow(
      '--no-smoke',
      '--timeout',
      String(KNOWN_S),
      '--component',
      folder,
    )
    for (const pattern of mistake.says) expect(all).toMatch(pattern)
    expect(exitCode).toBe(1)
    const product = newProduct('meanwhile')
    expect(await deliver({ endpoint: 'http', url: ingress, host: await hostOf('ingest'), product })).toBe(
      '200',
    )
  })

  test('and a right one mends it', async () => {
    const { all, exitCode } = await deployNow()
    expect(all).toContain('counted once in Valkey')
    expect(exitCode).toBe(0)
  })
})
