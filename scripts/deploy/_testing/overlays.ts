/** The overlays as they are deployed. kubectl only builds them; no cluster is needed. */
import { join } from 'node:path'
import { execa } from 'execa'
import { describe, test } from 'vitest'
import type * as z from 'zod'
import { REPO_DIR } from '../../lib/paths.ts'
import { createKubectl, type KubeObject } from '../kube.ts'
import { parseObjects, render } from '../render.ts'
import { newSecrets } from '../secrets.ts'
import { type keyRef, SHAPES, type Shape } from './shapes.ts'

export class Overlay {
  readonly text: string
  readonly objects: readonly KubeObject[]
  /** As the first deploy would make them. */
  readonly secrets: ReadonlyMap<string, Readonly<Record<string, string>>>

  constructor(name: string, objects: readonly KubeObject[]) {
    this.objects = objects
    this.text = JSON.stringify(objects)
    this.secrets = newSecrets(name)
  }

  /** All of a kind, checked to have its shape. */
  all<Kind extends keyof Shape>(kind: Kind): Shape[Kind][] {
    const wanted = (object: KubeObject): boolean =>
      isFunction(object) ? kind === 'function' : object.kind === kind
    return this.objects.filter(wanted).map((object) => SHAPES[kind].parse(object))
  }

  one<Kind extends keyof Shape>(kind: Kind, name: string): Shape[Kind] | undefined {
    return this.all(kind).find((object) => object.metadata.name === name)
  }

  /** The settings of a function, with the values that are in secrets. */
  settingsOf(name: string): Map<string, string> {
    const [container] = this.one('function', name)?.spec.template.spec.containers ?? []
    return new Map(
      container?.env.map(({ name, value, valueFrom }) => [
        name,
        value ?? this.secret(valueFrom?.secretKeyRef),
      ]),
    )
  }

  /** @throws Error when no deploy makes it */
  secret(ref: z.infer<typeof keyRef> | undefined): string {
    const value = this.secrets.get(ref?.name ?? '')?.[ref?.key ?? '']
    if (value === undefined) throw new Error(`no secret ${ref?.name} with a key ${ref?.key} is made`)
    return value
  }
}

const isFunction = ({ apiVersion, kind }: KubeObject): boolean =>
  kind === 'Service' && apiVersion.startsWith('serving.knative.dev/')

const kubectl = await execa('kubectl', ['version', '--client'], { reject: false })
if (kubectl.failed && process.env.CI === 'true') {
  throw new Error('kubectl is not installed: without it nobody checks the overlays, and CI must')
}

const CARRIER = join(REPO_DIR, 'knative', 'components', 'carrier')

const byHand = async (name: string) => {
  const { stdout } = await execa('kubectl', ['kustomize', join(REPO_DIR, 'knative', 'overlays', name)])
  return new Overlay(name, parseObjects(stdout))
}
const elsewhere = async (overlay: string, components: readonly string[] = []) => {
  const deployment = { overlay, namespace: 'shop', publicEndpoints: false, components }
  return new Overlay(overlay, await render(createKubectl('shop'), deployment))
}

/** Built once, by kustomize alone and by `npm run deploy` for a namespace of one's own. */
const overlays: [string, Overlay][] = kubectl.failed
  ? []
  : [
      ['dev', await byHand('dev')],
      ['prod', await byHand('prod')],
      ['public-endpoints', await byHand('public-endpoints')],
      ['dev in another namespace', await elsewhere('dev')],
      ['dev with the carrier', await elsewhere('dev', [CARRIER])],
      ['prod in another namespace', await elsewhere('prod')],
    ]

/** Tests for each overlay; skipped, and says why, where kubectl is missing. */
export function describeOverlays(what: string, tests: (overlay: Overlay) => void): void {
  if (kubectl.failed) test.skip(`${what}: kubectl, which builds the overlays, is not installed`)
  else describe.each(overlays)(`overlay %s: ${what}`, (_, overlay) => tests(overlay))
}
