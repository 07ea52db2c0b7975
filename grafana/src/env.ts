/** Which Grafana the dashboards are put into. */
import * as z from 'zod'

export interface Grafana {
  /** Without `/` at its end. */
  readonly url: string
  readonly token: string
}

const settings = z.object({
  GRAFANA_URL: z
    .url({ protocol: /^https?$/, error: 'must be http://… or https://…' })
    .default('http://127.0.0.1:3000'),
  GRAFANA_TOKEN: z.string('is missing: the token of a service account').min(1, 'is empty'),
})

/** @throws Error naming every setting that is wrong */
export function readSettings(environment: NodeJS.ProcessEnv): Grafana {
  const { success, data, error } = settings.safeParse(environment)
  if (!success) {
    throw new Error(error.issues.map(({ path, message }) => `${path.join('.')} ${message}`).join('\n'))
  }
  return { url: data.GRAFANA_URL.replace(/\/$/, ''), token: data.GRAFANA_TOKEN }
}
