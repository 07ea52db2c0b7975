/** Runs a small program of ours inside the cluster, as a Job. */
import type { FunctionName } from '../../../functions/_core/topology.ts'
import { kubectl, newProduct, until } from './context.ts'
import { configMapOf, podSpecOf } from './program.ts'

const TIMEOUT_MS = 180_000

/**
 * @param as the deployed function whose image it gets, and whose rights
 * @param entry a file of this folder
 * @param argument its only argument, as JSON
 * @returns what the program printed
 */
export async function runInCluster(as: FunctionName, entry: string, argument: unknown): Promise<string> {
  const name = newProduct(entry.replace('.ts', ''))
  const program = { name, as, entry, argument }
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: { backoffLimit: 0, template: { spec: await podSpecOf(program) } },
  }
  for (const object of [await configMapOf(program), job])
    await kubectl.run(['create', '--filename', '-'], JSON.stringify(object))
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
