/** What the cluster tests share: the namespace, the ways in, and what is in it. */
import { join } from 'node:path'
import { execa } from 'execa'
import { z } from 'zod'
import type { FunctionName } from '../../../functions/_core/topology.ts'
import { parseSettings } from '../../../functions/_runtime/settings.ts'
import { createKubectl, type KubeObject } from '../../deploy/kube.ts'
import { valkey } from '../../deploy/smoke.ts'
import { REPO_DIR } from '../../lib/paths.ts'
import { until as ask } from '../../lib/until.ts'

const shape = {
  /** `http://host:port` where requests enter the cluster. */
  INGRESS_URL: z.url('must be http://host:port, where requests enter the cluster'),
  REGISTRY: z.string().default('dev.local'),
  /** Namespace of the tests, made and removed by them. */
  TEST_NAMESPACE: z.string().default('caudal-test'),
  /** `true`: start with what an earlier run left, and leave it; for one test at a time (`-t NAME`). */
  TEST_KEEP: z.enum(['true', 'false']).default('false'),
  /** Where the report goes. */
  REPORT_DIR: z.string().default('.caudal/cluster-report'),
}

export const settings = () => parseSettings(shape, process.env)

const { INGRESS_URL, REGISTRY, TEST_NAMESPACE, REPORT_DIR } = settings()
export const ingress = INGRESS_URL
export const namespace = TEST_NAMESPACE
export const reportFolder = join(REPO_DIR, REPORT_DIR)
export const kubectl = createKubectl(namespace)

export interface Pod {
  readonly metadata: {
    readonly name: string
    readonly creationTimestamp: string
    readonly deletionTimestamp?: string
    readonly labels: Readonly<Record<string, string>>
  }
  readonly status: {
    readonly phase: string
    readonly podIP?: string
    readonly conditions?: readonly {
      readonly type: string
      readonly status: string
      readonly lastTransitionTime: string
    }[]
    readonly containerStatuses?: readonly {
      readonly name: string
      readonly state: { readonly running?: { readonly startedAt: string } }
    }[]
  }
}

/** Runs the command a user would run; it may fail, the caller looks. */
export const npmRun = (script: string, ...args: string[]) =>
  execa('npm', ['run', '--silent', script, '--', ...args], { cwd: REPO_DIR, reject: false, all: true })

export const deployNow = (...args: string[]) =>
  npmRun('deploy', '--namespace', namespace, '--registry', REGISTRY, '--ingress', ingress, ...args)

/** kubectl costs a tenth of a second of CPU for each look. */
const POLL_MS = 500

/** Asks until `look` has an answer, and fails with `what` when there is none in time. */
export async function until<T>(
  what: string,
  timeoutMs: number,
  look: () => Promise<T | undefined | false>,
): Promise<T> {
  const seen = await ask(look, timeoutMs, POLL_MS)
  if (seen === undefined) throw new Error(`not seen in ${timeoutMs / 1000} s: ${what}`)
  return seen
}

/** Pods of functions that are not on their way out. */
export async function functionPods(name?: FunctionName): Promise<readonly Pod[]> {
  const selector = name ? `caudal/role=function,app.kubernetes.io/name=${name}` : 'caudal/role=function'
  const list = await kubectl.find<{ items: Pod[] }>(['pods', '--selector', selector])
  return (list?.items ?? []).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

/** Knative's stable window is a minute; the last pods go half a minute later. */
const TO_ZERO_MS = 180_000
export const untilZero = () =>
  until('no function has a pod', TO_ZERO_MS, async () => (await functionPods()).length === 0)

export async function hostOf(name: FunctionName): Promise<string> {
  const service = await kubectl.find<KubeObject>([`services.serving.knative.dev/${name}`])
  const url = service?.status?.url
  if (!url) throw new Error(`${name} has no address`)
  return new URL(url).host
}

/** Units of a product, as dashboards read them; 0 when it was never sold. */
export const unitsOf = async (product: string): Promise<number> =>
  Number(await valkey(kubectl, 'ZSCORE', 'ranking:global', product))

/** Votes for a band, as dashboards read them. */
export const votesOf = async (band: string): Promise<number> =>
  Number(await valkey(kubectl, 'ZSCORE', 'votos:banda', band))

const CATEGORIES = ['electronica', 'ropa', 'hogar', 'belleza', 'desconocida']

/** All sales that were ever counted. */
export async function salesCounted(): Promise<number> {
  const answer = await valkey(kubectl, 'MGET', ...CATEGORIES.map((category) => `reportes:total:${category}`))
  return answer.split('\n').reduce((sum, line) => sum + Number(line), 0)
}

/** The name of a product that nobody sold before. */
let products = 0
export const newProduct = (what: string): string => `${what}-${process.pid}-${++products}`
