/** A program of this folder as a pod: with a function's image and rights, its text from a ConfigMap. */
import { join } from 'node:path'
import { build } from 'esbuild'
import type { FunctionName } from '../../../functions/_core/topology.ts'
import { serviceOf } from './revisions.ts'

const REQUIRE =
  "import { createRequire as nodeCreateRequire } from 'node:module';const require = nodeCreateRequire(import.meta.url);"

export interface Program {
  /** Of the ConfigMap, and of what runs it. */
  readonly name: string
  /** The deployed function whose image it gets, and whose rights: what cannot be written there cannot be here. */
  readonly as: FunctionName
  /** A file of this folder. */
  readonly entry: string
  /** Its only argument, as JSON. */
  readonly argument: unknown
}

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

export const configMapOf = async ({ name, entry }: Program) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { 'main.mjs': await bundle(entry) },
})

export async function podSpecOf({ name, as, argument }: Program) {
  const [{ image, securityContext } = { image: '' }] = (await serviceOf(as)).spec.template.spec.containers
  const container = {
    name: 'program',
    image,
    securityContext,
    command: ['node', '/program/main.mjs', JSON.stringify(argument)],
    volumeMounts: [{ name: 'program', mountPath: '/program' }],
  }
  return {
    restartPolicy: 'Never',
    containers: [container],
    volumes: [{ name: 'program', configMap: { name } }],
  }
}
