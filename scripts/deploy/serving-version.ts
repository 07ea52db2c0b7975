/** The version of Knative Serving, as far as its labels tell, and what it means for us. */
import type { Kubectl } from './kube.ts'

const OLDEST = [1, 15] as const
/** From here on queue-proxy's metrics are OpenTelemetry's, and off unless the cluster says otherwise. */
const METRICS_ARE_OFF = [1, 19] as const
const PLACES = [['namespace/knative-serving'], ['crd', 'services.serving.knative.dev']] as const
const PROTOCOL = 'request-metrics-protocol'

type Version = readonly [number, number]

/** What the label says, what is wrong with that, and what could be better. */
export interface ServingFindings {
  readonly serving: string
  readonly missing: readonly string[]
  readonly warnings: readonly string[]
}

export async function checkServing(kubectl: Kubectl): Promise<ServingFindings> {
  const serving = await labelOf(kubectl)
  const version = parsed(serving)
  const oldest = OLDEST.join('.')
  if (!version) {
    const warning = `the version of Knative Serving is unknown (label: ${serving}); it should be >= ${oldest}`
    return { serving, missing: [], warnings: [warning] }
  }
  if (isBefore(version, OLDEST)) {
    return { serving, missing: [`Knative Serving >= ${oldest}: this one is ${serving}`], warnings: [] }
  }
  const hidden = isBefore(version, METRICS_ARE_OFF) ? undefined : await hiddenMetrics(kubectl)
  return { serving, missing: [], warnings: hidden ? [hidden] : [] }
}

async function hiddenMetrics(kubectl: Kubectl): Promise<string | undefined> {
  const config = await kubectl.find(['configmap/config-observability', '--namespace', 'knative-serving'])
  const protocol = config?.data?.[PROTOCOL] ?? 'not set'
  if (!config || protocol === 'prometheus') return undefined
  return `queue-proxy gives Prometheus no metrics: ${PROTOCOL} is ${protocol}; docs/operations.md says how to switch them on`
}

async function labelOf(kubectl: Kubectl): Promise<string> {
  for (const place of PLACES) {
    const label = (await kubectl.find(place))?.metadata.labels?.['app.kubernetes.io/version']
    if (label) return label
  }
  return 'none'
}

/** What is built from source carries the number of its Go module: 0.42 is 1.15. */
const MODULE_MINORS_BEFORE_1_0 = 27

function parsed(label: string): Version | undefined {
  const [, major, minor] = /^v?(\d+)\.(\d+)\b/.exec(label) ?? []
  if (!major || !minor) return undefined
  return major === '0' ? [1, Number(minor) - MODULE_MINORS_BEFORE_1_0] : [Number(major), Number(minor)]
}

const isBefore = ([major, minor]: Version, [otherMajor, otherMinor]: Version): boolean =>
  major < otherMajor || (major === otherMajor && minor < otherMinor)
