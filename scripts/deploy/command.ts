/** `npm run deploy`: the whole system on the cluster of KUBECONFIG, with one command. */
import { resolve } from 'node:path'
import { Command, Option } from 'commander'
import { deploy, dryRun } from './deploy.ts'
import { readRecords } from './images/record.ts'
import { findIngress } from './ingress.ts'
import { createKubectl, type Kubectl, type KubeObject } from './kube.ts'
import { httpUrl, namespaceOption, overlayOption, seconds } from './options.ts'
import { preflight } from './preflight.ts'
import { smoke } from './smoke.ts'
import { heldBack } from './traffic.ts'

interface Options {
  readonly namespace: string
  readonly overlay: string
  readonly registry?: string
  readonly publicEndpoints: boolean
  readonly component: readonly string[]
  readonly rotateSecrets: boolean
  readonly dryRun: boolean
  readonly smoke: boolean
  readonly ingress?: string
  readonly timeout?: number
}

export const command = (): Command =>
  new Command('deploy')
    .description('Deploys everything, in order, waits for it, and sends one sale through it.')
    .addOption(namespaceOption)
    .addOption(overlayOption)
    .option(
      '--registry <registry>',
      'use the images of this registry (default: as `npm run images` left them)',
    )
    .option('--public-endpoints', 'open bridge and publisher to the outside', false)
    .option('--component <folder...>', 'kustomize components of your own, applied on top', [])
    .option('--rotate-secrets', 'write new passwords and restart what reads them', false)
    .option('--dry-run', 'only have the API server check every object', false)
    .option('--no-smoke', 'leave out the sale at the end')
    .addOption(
      new Option('--ingress <url>', 'where requests enter the cluster (default: its gateway)')
        .env('INGRESS_URL')
        .argParser(httpUrl),
    )
    .option('--timeout <seconds>', 'for each stage, instead of its own', seconds)
    .action((options: Options) =>
      main(options).catch((error: Error) => {
        console.error(`deploy: ${error.message}`)
        process.exitCode = 1
      }),
    )

async function main(options: Options): Promise<void> {
  const kubectl = createKubectl(options.namespace)
  const { missing, warnings, serving } = await preflight(kubectl, options.overlay)
  if (missing.length > 0 && !options.dryRun) {
    throw new Error(`cluster requirements not met:\n  ${missing.join('\n  ')}`)
  }
  console.log(`Knative Serving ${serving}`)
  for (const line of [...missing, ...warnings]) console.log(`warning: ${line}`)
  const images = await readRecords()
  const other = Object.values(images).find(({ repository }) => !repository.startsWith(options.registry ?? ''))
  if (other) {
    throw new Error(
      `the images are of ${other.repository}: run "npm run images -- --registry ${options.registry}"`,
    )
  }
  const deployment = { ...options, images, components: options.component.map((path) => resolve(path)) }
  if (options.dryRun) return dryRun(kubectl, deployment, console.log)
  const timeout = options.timeout === undefined ? {} : { timeoutS: options.timeout }
  const applied = await deploy(kubectl, { ...deployment, ...timeout }, console.log)
  console.log(
    `deployed: ${applied.created} created, ${applied.configured} changed, ${applied.unchanged} unchanged`,
  )
  await showWhatIsThere(kubectl, options)
}

async function showWhatIsThere(kubectl: Kubectl, options: Options): Promise<void> {
  const list = await kubectl.find<{ items: KubeObject[] }>(['services.serving.knative.dev'])
  for (const service of list?.items ?? []) {
    console.log(`  ${service.metadata.name}: ${service.status?.url ?? ''}`)
    const warning = heldBack(service)
    if (warning) console.log(`warning: ${warning}`)
  }
  const url = list?.items.find(({ metadata }) => metadata.name === 'ingest')?.status?.url
  const ingress = options.ingress ?? (await findIngress(kubectl))
  if (!options.smoke || !url) return
  if (!ingress) {
    console.log('smoke test left out: the gateway has no address; say it with --ingress http://HOST:PORT')
    return
  }
  const tookMs = await smoke(kubectl, ingress, new URL(url).host)
  console.log(`smoke test: one sale through ${ingress}, counted once in Valkey ${tookMs} ms after its answer`)
}
