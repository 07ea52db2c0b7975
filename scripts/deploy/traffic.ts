/** Which revision of a function has the traffic: after a rollback, not the one that was deployed last. */
import type { KubeObject } from './kube.ts'

const ALL = 100

/** What is wrong when the latest revision has not all of the traffic; undefined when it has. */
export function heldBack({ metadata, status }: KubeObject): string | undefined {
  const latest = status?.latestReadyRevisionName
  const served = (status?.traffic ?? []).filter(({ percent = 0 }) => percent > 0)
  const share = served
    .filter(({ revisionName }) => revisionName === latest)
    .reduce((sum, { percent = 0 }) => sum + percent, 0)
  if (served.length === 0 || share === ALL) return undefined
  const shares = served.map(({ revisionName, percent }) => `${revisionName} ${percent} %`).join(', ')
  return `${metadata.name}: ${latest} is the latest, and has ${share} % of the traffic (${shares}); docs/operations.md, "Rollout and rollback", says how to give it all`
}
