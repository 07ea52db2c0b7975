/** What went through the endpoints is in Prometheus: by the functions' own account, and by their queue-proxies'. */
import { describe, test } from 'vitest'
import { PIPELINE } from '../../../functions/_core/topology.ts'
import { checkServing } from '../../deploy/serving-version.ts'
import { kubectl, newProduct, until } from './context.ts'
import { sell, untilCounted } from './kafka.ts'
import { type Query, withPrometheus } from './prometheus.ts'

/** A pod is found within 5 s and asked every 5 s. */
const SCRAPED_MS = 60_000
const ANSWERED = 'caudal_requests_total > 0'
/** What it is called differs between versions of Knative, but for this word. */
const PROXIED = '{job="queue-proxy", __name__=~".*request.*"} > 0'

const valuesOf = async (query: Query, text: string, label: string): Promise<string[]> =>
  (await query(`count by (${label}) (${text})`)).map(({ labels }) => labels[label] ?? '')

const hostsOf = async (query: Query, text: string): Promise<string[]> =>
  (await valuesOf(query, text, 'instance')).map((instance) => instance.replace(/:\d+$/, ''))

describe('Prometheus', () => {
  test('has the requests of every function, and of the queue-proxy in front of it', async (context) => {
    const product = newProduct('scraped')
    await sell(product)
    await untilCounted([product])
    await withPrometheus(async (query) => {
      await until('requests of every function', SCRAPED_MS, async () => {
        return (await valuesOf(query, ANSWERED, 'function')).length === PIPELINE.length
      })
      const { warnings } = await checkServing(kubectl)
      context.skip(warnings.length > 0, warnings[0])
      await until('requests of every queue-proxy', SCRAPED_MS, async () => {
        const [functions, proxies] = await Promise.all([hostsOf(query, ANSWERED), hostsOf(query, PROXIED)])
        return functions.length >= PIPELINE.length && functions.every((host) => proxies.includes(host))
      })
    })
  })
})
