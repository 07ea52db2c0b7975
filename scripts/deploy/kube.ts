/** kubectl, and the shapes of what it answers. The cluster is the one of KUBECONFIG. */
import { execa } from 'execa'

export interface Condition {
  readonly type: string
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason?: string
  readonly message?: string
}

export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly generation?: number
    readonly deletionTimestamp?: string
    readonly resourceVersion?: string
    readonly annotations?: Readonly<Record<string, string>>
    readonly labels?: Readonly<Record<string, string>>
  }
  readonly data?: Readonly<Record<string, string>>
  readonly spec?: { readonly replicas?: number }
  readonly status?: {
    readonly observedGeneration?: number
    readonly conditions?: readonly Condition[]
    readonly url?: string
    readonly readyReplicas?: number
    readonly updatedReplicas?: number
    readonly latestCreatedRevisionName?: string
    readonly latestReadyRevisionName?: string
    readonly traffic?: readonly { readonly revisionName?: string; readonly percent?: number }[]
    /** Of a KafkaUser: where its credentials are. */
    readonly secret?: string
  }
}

class KubectlError extends Error {}

/** One call may take this long, in milliseconds; waiting is done by polling, not inside kubectl. */
const CALL_MS = 60_000

export interface Kubectl {
  /** @throws KubectlError with what kubectl said */
  run(args: readonly string[], input?: string): Promise<string>
  /** Undefined when there is no such object or no such kind. */
  find<T = KubeObject>(args: readonly string[]): Promise<T | undefined>
}

export function createKubectl(namespace: string): Kubectl {
  const run = async (args: readonly string[], input?: string): Promise<string> => {
    const result = await execa('kubectl', ['--namespace', namespace, ...args], {
      reject: false,
      timeout: CALL_MS,
      ...(input === undefined ? {} : { input }),
    })
    if (result.code === 'ENOENT') throw new KubectlError('kubectl is not installed')
    if (result.failed) {
      // `kubectl kustomize` says what is wrong in its log only.
      const said = withoutLog(result.stderr) || result.stderr
      throw new KubectlError(said || `kubectl ${args[0]} failed`)
    }
    return result.stdout
  }
  return {
    run,
    find: async (args) => {
      try {
        return JSON.parse(await run(['get', ...args, '--output', 'json']))
      } catch (error) {
        if (error instanceof KubectlError && /NotFound|not found|the server doesn't have/.test(error.message))
          return undefined
        throw error
      }
    },
  }
}

/** kubectl's own log lines (`E1122 19:40:35.7 …`) repeat what its last line says for people. */
const withoutLog = (stderr: string): string =>
  stderr
    .split('\n')
    .filter((line) => !/^[EWI]\d{4} /.test(line))
    .join('\n')

/** What people and kubectl call an object: `service.serving.knative.dev/ingest`. */
export function address({ apiVersion, kind, metadata }: KubeObject): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : ['']
  return `${kind.toLowerCase()}${group ? `.${group}` : ''}/${metadata.name}`
}
