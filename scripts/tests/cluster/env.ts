/** How the cluster tests reach their cluster. Everything else about it they find out by kubectl. */
import { z } from 'zod'
import { parseSettings } from '../../../functions/_runtime/settings.ts'

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
