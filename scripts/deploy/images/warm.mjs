// Runs inside the build: starts the function with every server away, asks it for what it answers without them, and
// stops it. On its way out Node writes the code it compiled into NODE_COMPILE_CACHE.
//   node warm.mjs main.cjs
import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'

const PORT = 8080
const PUBLISHER_HTTP_PORT = 8084
/** How long the function may take to listen, in milliseconds. */
const START_MS = 20_000
const NOWHERE = '127.0.0.1:9'

const child = spawn(process.execPath, [process.argv[2]], {
  stdio: 'inherit',
  env: {
    ...process.env,
    PORT: String(PORT),
    PUBLISHER_HTTP_PORT: String(PUBLISHER_HTTP_PORT),
    BRIDGE_URL: `http://${NOWHERE}`,
    PUBLISHER_ADDR: NOWHERE,
    KAFKA_BROKERS: NOWHERE,
    VALKEY_URL: `redis://${NOWHERE}`,
    CONSUMER_GROUPS: '*=nobody',
    LOG_LEVEL: 'error',
  },
})
const exited = new Promise((resolve) => child.once('exit', resolve))

/** Any answer will do: 503 says "not ready", which is what it is. */
async function answered(path) {
  const ports = [PUBLISHER_HTTP_PORT, PORT]
  const answers = await Promise.allSettled(
    ports.map((port) => fetch(`http://127.0.0.1:${port}${path}`, { signal: AbortSignal.timeout(1000) })),
  )
  return answers.some(({ status }) => status === 'fulfilled')
}

const deadline = Date.now() + START_MS
while (!(await answered('/ready'))) {
  if (child.exitCode !== null) throw new Error(`the function exited with ${child.exitCode}`)
  if (Date.now() > deadline) throw new Error(`the function does not listen after ${START_MS} ms`)
}
await answered('/metrics')
child.kill('SIGTERM')
await exited
// However it ended, what counts is what it left. (A part that waits for a server that is unavailable may not stop in time.)
const written = await readdir(process.env.NODE_COMPILE_CACHE, { recursive: true })
if (written.length < 2) throw new Error(`no compiled code in ${process.env.NODE_COMPILE_CACHE}`)
