/**
 * `npm run bench:cold-start`: what a cold start costs, step by step, on the deployment that the cluster tests use.
 *
 * The first table is taken inside a pod with each function's image: process start until it listens, beside bare Node,
 * interleaved. The second is taken from outside: a function (or the whole pipeline) at zero pods, one request, and what the
 * API server reported in between.
 */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import Table from 'cli-table3'
import { FUNCTIONS } from '../../../functions/_core/topology.ts'
import { measureColdPipeline, STEPS } from './cold-pipeline.ts'
import { deployNow, reportFolder } from './context.ts'
import { measureStarts } from './process-start.ts'

const ROUNDS = 3
/** Process starts of each kind; the median counts. */
const STARTS = 11
/** Of start until listening, as a multiple of bare Node's start. */
const TARGET = 4

const { exitCode, all } = await deployNow('--no-smoke')
if (exitCode !== 0) throw new Error(all)

const processTable = new Table({
  head: ['function', 'bare node ms', 'listening ms', 'x', 'without cache ms', 'cache hits'],
  style: { head: [], border: [] },
})
const measured = []
for (const name of FUNCTIONS) {
  const one = await measureStarts(name, STARTS)
  measured.push(one)
  const ratio = one.listeningMs / one.bareMs
  processTable.push([
    name,
    one.bareMs.toFixed(0),
    one.listeningMs.toFixed(0),
    `${ratio.toFixed(1)} ${ratio <= TARGET ? '' : `> ${TARGET}`}`,
    one.uncachedMs.toFixed(0),
    `${one.cacheHits} of ${one.cacheLookups}`,
  ])
}
console.log(processTable.toString())

const pipelineTable = new Table({ head: ['request', ...STEPS, 'answered'], style: { head: [], border: [] } })
const pipelines = []
for (const request of ['ingest /ready', 'a sale'] as const) {
  for (let round = 0; round < ROUNDS; round++) {
    const pipeline = await measureColdPipeline(request)
    pipelines.push({ request, ...pipeline })
    for (const { pod, atMs } of pipeline.pods) {
      pipelineTable.push([`${request}: ${pod}`, ...STEPS.map((step) => atMs[step]?.toFixed(0) ?? '-'), ''])
    }
    pipelineTable.push([request, ...STEPS.map(() => ''), pipeline.answeredMs.toFixed(0)])
  }
}
console.log('milliseconds since the request was sent')
console.log(pipelineTable.toString())
await mkdir(reportFolder, { recursive: true })
await writeFile(join(reportFolder, 'cold-start.json'), JSON.stringify({ measured, pipelines }, null, 2))
