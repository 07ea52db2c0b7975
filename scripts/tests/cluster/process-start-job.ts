/**
 * Runs in a pod with a function's image: starts the function again and again and times it until it listens, in turns
 * with bare Node. Its argument says how many rounds, as JSON. Prints one line of JSON.
 */
import { spawn } from 'node:child_process'
import { median } from '../../lib/statistics.ts'

const NOWHERE = '127.0.0.1:9'
const MAIN = '/app/main.cjs'

const settings = {
  PORT: '18080',
  PUBLISHER_HTTP_PORT: '18084',
  BRIDGE_URL: `http://${NOWHERE}`,
  PUBLISHER_ADDR: NOWHERE,
  KAFKA_BROKERS: NOWHERE,
  VALKEY_URL: `redis://${NOWHERE}`,
}

/** Milliseconds from spawn until `line` is printed, or until the process ends when there is none; and all output. */
function time(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  line?: string,
): Promise<{ ms: number; output: string }> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(process.execPath, args, { env: { ...process.env, ...settings, ...env } })
    let output = ''
    let ms = 0
    const read = (chunk: Buffer): void => {
      output += chunk.toString()
      if (line && ms === 0 && output.includes(line)) {
        ms = performance.now() - started
        child.kill('SIGTERM')
      }
    }
    child.stdout.on('data', read)
    child.stderr.on('data', read)
    child.once('error', reject)
    child.once('close', () => resolve({ ms: ms || performance.now() - started, output }))
  })
}

const { rounds }: { rounds: number } = JSON.parse(process.argv[2] ?? '{}')
// The first start of all: none before it can have filled the cache. Node tells of each look into it when asked to.
const { output } = await time([MAIN], { NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }, '"listening"')
const accepted = output.match(/was accepted/g)?.length ?? 0
const lookups = output.match(/reading cache from/g)?.length ?? 0

const bare: number[] = []
const listening: number[] = []
const uncached: number[] = []
for (let round = 0; round < rounds; round++) {
  bare.push((await time(['--eval', '0'], {})).ms)
  listening.push((await time([MAIN], {}, '"listening"')).ms)
  uncached.push((await time([MAIN], { NODE_COMPILE_CACHE: '' }, '"listening"')).ms)
}
console.log(
  JSON.stringify({
    bareMs: median(bare),
    listeningMs: median(listening),
    uncachedMs: median(uncached),
    cacheHits: accepted,
    cacheLookups: lookups,
  }),
)
