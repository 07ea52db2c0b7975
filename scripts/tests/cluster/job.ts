/** Runs a small program of ours inside the cluster: a Job with a function's image, the program from a ConfigMap. */
import { join } from 'node:path'
import { build } from 'esbuild'
import type { FunctionName } from '../../../functions/_core/topology.ts'
import { kubectl, newProduct, until } from './context.ts'
import { serviceOf } from './revisions.ts'

const TIMEOUT_MS = 180_000
const REQUIRE =
  "import { createRequire as nodeCreateRequire } from 'node:module';const require = nodeCreateRequire(import.meta.url);"

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, entry)],
    bundle: true,
    minify: true,
    write: false,
    platform: 'node',
    format: 'esm',
    banner: { js: REQUIRE },
  })
  return outputFiles[0]?.text ?? ''
}

/**
 * @param as the deployed function whose image it gets, and whose rights: what cannot be written there cannot be here
 * @param entry a file of this folder
 * @param argument its only argument, as JSON
 * @returns what the program printed
 */
export async function runInCluster(as: FunctionName, entry: string, argument: unknown): Promise<string> {
  const [{ image, securityContext } = { image: '' }] = (await serviceOf(as)).spec.template.spec.containers
  const name = newProduct(entry.replace('.ts', ''))
  const container = {
    name: 'program',
    image,
    securityContext,
    command: ['node', '/program/main.mjs', JSON.stringify(argument)],
    volumeMounts: [{ name: 'program', mountPath: '/program' }],
  }
  const podSpec = {
    restartPolicy: 'Never',
    containers: [container],
    volumes: [{ name: 'program', configMap: { name } }],
  }
  const config = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name },
    data: { 'main.mjs': await bundle(entry) },
  }
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { backoffLimit: 0, template: { spec: podSpec } },
  }
  for (const object of [config, job]) await kubectl.run(['create', '--filename', '-'], JSON.stringify(object))
  try {
    await until(`job ${name} ends`, TIMEOUT_MS, async () => {
      const conditions = (await kubectl.find([`job/${name}`]))?.status?.conditions ?? []
      return conditions.some(({ type, status }) => /^(Complete|Failed)$/.test(type) && status === 'True')
    })
    return await kubectl.run(['logs', `job/${name}`])
  } finally {
    await kubectl.run(['delete', `job/${name}`, `configmap/${name}`, '--wait=false'])
  }
}
