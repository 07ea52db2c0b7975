/** Applies an overlay stage by stage and waits for each. */
import type { ImageRecords } from './images/record.ts'
import { waitForPasswords } from './kafka-users.ts'
import { address, type Kubectl, type KubeObject } from './kube.ts'
import { type Deployment, render } from './render.ts'
import { ensureSecrets } from './secrets.ts'
import { inStages } from './stages.ts'
import { type Say, waitReady } from './wait.ts'

export interface DeployRequest extends Omit<Deployment, 'secretsHash'> {
  readonly images: ImageRecords
  readonly rotateSecrets: boolean
  /** Overrides every stage's own timeout, in seconds. */
  readonly timeoutS?: number
}

export interface Applied {
  readonly created: number
  readonly configured: number
  readonly unchanged: number
}

const MS = 1000

export async function deploy(kubectl: Kubectl, request: DeployRequest, say: Say): Promise<Applied> {
  const there = await kubectl.find([`namespace/${request.namespace}`])
  if (there?.metadata.deletionTimestamp !== undefined) {
    throw new Error(`namespace ${request.namespace} is being removed: deploy again when it is gone`)
  }
  const [namespace] = (await render(kubectl, request)).filter(({ kind }) => kind === 'Namespace')
  const total = { created: 0, configured: 0, unchanged: 0 }
  if (namespace) await applyObjects(kubectl, [namespace])
  const secrets = await ensureSecrets(kubectl, request.overlay, request.rotateSecrets)
  say(secrets.created.length > 0 ? `secrets: wrote ${secrets.created.join(', ')}` : 'secrets: kept')
  const objects = await render(kubectl, { ...request, secretsHash: secrets.hash })
  for (const { stage, objects: staged } of inStages(objects)) {
    const applied = await applyObjects(kubectl, staged)
    for (const key of ['created', 'configured', 'unchanged'] as const) total[key] += applied[key]
    say(
      `${stage.name}: ${applied.created} created, ${applied.configured} changed, ${applied.unchanged} unchanged`,
    )
    await waitReady(kubectl, staged, (request.timeoutS ?? stage.timeoutS) * MS, say)
    await waitForPasswords(
      kubectl,
      staged.filter(({ kind }) => kind === 'KafkaUser'),
      say,
    )
  }
  return total
}

/**
 * What kubectl calls "configured" is often nothing: it also sees the defaults that the server filled in. A generation
 * (or the version, for kinds that have none) tells what really changed.
 */
async function applyObjects(kubectl: Kubectl, objects: readonly KubeObject[]): Promise<Applied> {
  const list = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const fromInput = ['--filename', '-', '--output', 'json']
  const before = versions(await kubectl.run(['get', '--ignore-not-found', ...fromInput], list))
  const after = versions(await kubectl.run(['apply', '--validate=strict', ...fromInput], list))
  const created = [...after.keys()].filter((name) => !before.has(name)).length
  const unchanged = [...after].filter(([name, version]) => before.get(name) === version).length
  return { created, unchanged, configured: after.size - created - unchanged }
}

/** kubectl answers nothing, one object or a list of them. */
function versions(answer: string): Map<string, number | string | undefined> {
  if (answer === '') return new Map()
  const parsed: KubeObject & { readonly items?: readonly KubeObject[] } = JSON.parse(answer)
  const objects = parsed.items ?? [parsed]
  return new Map(
    objects.map((object) => [address(object), object.metadata.generation ?? object.metadata.resourceVersion]),
  )
}

/**
 * Has the API server check every object, with strict field validation, and changes nothing. Before the namespace
 * exists the check is made in `default`: objects in a namespace that is not there are refused unseen.
 */
export async function dryRun(kubectl: Kubectl, request: Deployment, say: Say): Promise<void> {
  const there = await kubectl.find([`namespace/${request.namespace}`])
  const namespace = there ? request.namespace : 'default'
  const objects = (await render(kubectl, { ...request, namespace })).filter(
    ({ kind }) => kind !== 'Namespace',
  )
  for (const object of objects) {
    const args = [
      'apply',
      '--namespace',
      namespace,
      '--dry-run=server',
      '--validate=strict',
      '--filename',
      '-',
    ]
    await kubectl.run(args, JSON.stringify(object))
    say(`  accepted ${address(object)}`)
  }
  say(`${objects.length} objects accepted by the API server; nothing was changed`)
}
