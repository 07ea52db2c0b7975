/** `npm run undeploy`: takes the functions away; with --data also Kafka, Valkey, their data, secrets and namespace. */
import { Command } from 'commander'
import { until } from '../lib/until.ts'
import { address, createKubectl, type Kubectl, type KubeObject } from './kube.ts'
import { namespaceOption, overlayOption } from './options.ts'
import { render } from './render.ts'
import { inStages } from './stages.ts'

interface Options {
  readonly namespace: string
  readonly overlay: string
  readonly data: boolean
}

const DATA_KINDS = /^(Kafka|KafkaNodePool|KafkaTopic|KafkaUser|PersistentVolumeClaim|Namespace|ConfigMap)$/
const holdsData = ({ kind, metadata }: KubeObject): boolean =>
  DATA_KINDS.test(kind) || metadata.name === 'valkey'

const GONE_MS = 240_000
const POLL_MS = 1_000

export const command = (): Command =>
  new Command('undeploy')
    .description('Removes what deploy made; the data stay unless --data is given.')
    .addOption(namespaceOption)
    .addOption(overlayOption)
    .option('--data', 'also the data: topics, totals, volumes, secrets and the namespace', false)
    .action((options: Options) =>
      main(options).catch((error: Error) => {
        console.error(`undeploy: ${error.message}`)
        process.exitCode = 1
      }),
    )

async function main({ namespace, overlay, data }: Options): Promise<void> {
  const kubectl = createKubectl(namespace)
  await expectOurs(kubectl, namespace, data)
  const objects = await render(kubectl, { overlay, namespace, publicEndpoints: false, components: [] })
  // Front to back: nothing is accepted any more that could not be stored.
  for (const { stage, objects: staged } of inStages(objects).reverse()) {
    const going = staged
      .filter((object) => data || !holdsData(object))
      .filter(({ kind }) => kind !== 'Namespace')
    if (going.length === 0) continue
    console.log(`${stage.name}: removing ${going.map(address).join(', ')}`)
    await kubectl.run(['delete', '--ignore-not-found', '--timeout=50s', ...going.map(address)])
  }
  if (data) await removeRest(kubectl, namespace)
  else
    console.log(
      'kept: Kafka, its topics and users, Valkey, secrets (npm run undeploy -- --data removes them)',
    )
}

/** @throws when there is no such namespace, or all that is in it would go and it is somebody else's */
async function expectOurs(kubectl: Kubectl, namespace: string, data: boolean): Promise<void> {
  const found = await kubectl.find([`namespace/${namespace}`])
  if (!found) throw new Error(`there is no namespace ${namespace} on this cluster`)
  const isOurs = found.metadata.labels?.['app.kubernetes.io/part-of'] === 'caudal'
  if (data && !isOurs) {
    throw new Error(
      `namespace ${namespace} was not made by deploy, and --data would remove all that is in it`,
    )
  }
}

async function removeRest(kubectl: Kubectl, namespace: string): Promise<void> {
  await kubectl.run(['delete', 'persistentvolumeclaims', '--all', '--wait=false'])
  // Kubernetes looks at a namespace that has pods again after half of their longest grace (a console's is 10 minutes), so
  // they go first. Those of a node that is away stay, whoever waits for them.
  await kubectl.run(['delete', 'pods', '--all', '--grace-period=1', '--timeout=30s']).catch(() => '')
  await kubectl.run(['delete', `namespace/${namespace}`, '--ignore-not-found', '--wait=false'])
  console.log(`namespace ${namespace}: going, with everything that was left in it`)
  const isGone = async () => (await kubectl.find([`namespace/${namespace}`])) === undefined
  const gone = await until(isGone, GONE_MS, POLL_MS)
  console.log(`namespace ${namespace}: ${gone ? 'gone' : 'still going; deploy again when it is gone'}`)
}
