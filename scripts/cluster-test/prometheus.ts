/** What Prometheus has seen, asked through the API server: no port of its own is needed. */
import { kubectl, namespace } from './world.ts'

export interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

export async function query(expression: string): Promise<readonly Series[]> {
  const path = `/api/v1/namespaces/${namespace}/services/prometheus:9090/proxy/api/v1/query`
  const answer = await kubectl.run(['get', '--raw', `${path}?query=${encodeURIComponent(expression)}`])
  const { data }: { data: { result: Series[] } } = JSON.parse(answer)
  return data.result
}
