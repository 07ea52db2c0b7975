/** A function's own counters, read inside its pod: from outside there is no way where NetworkPolicies are enforced. */
import { kubectl } from './context.ts'

/** The images have no shell and no curl; they have Node. */
const PRINT = 'fetch(process.argv[1]).then((answer) => answer.text()).then(console.log)'

/**
 * Requests that a pod has answered.
 * @param labels as the exposition format writes them: `code="503"`
 */
export async function requestsAnswered(pod: string, port: number, labels: string): Promise<number> {
  const read = ['node', '--eval', PRINT, `http://127.0.0.1:${port}/metrics`]
  const text = await kubectl.run(['exec', pod, '--container', 'function', '--', ...read])
  const series = text
    .split('\n')
    .filter((line) => line.startsWith('caudal_requests_total{') && line.includes(labels))
  return series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
}
