/**
 * Runs before `npm start` and `npm test`, on whatever Node the machine has (20 or newer), before anything is installed:
 * names all that is missing, then installs the packages if they are not as package-lock.json says. When there is
 * nothing to do it only reads a few files.
 *
 *   node scripts/local/setup.mjs [--without-python]
 *
 * Reads KAFKA_BROKERS: with a Kafka that runs already, Java and Maven are not needed.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE_HERE = 20
const OLDEST_NODE_INSTALLED = 24
const OLDEST_JAVA = 17
const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']
const PYTHON_SUITS = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'

const repo = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const at = (...parts) => join(repo, ...parts)
/** What was found suitable: path and time of the file → true, so that it is asked once only. */
const SEEN = at('.caudal/prerequisites.json')
/** Hashes of what the packages were last installed from; it goes when node_modules goes. */
const STAMP = at('node_modules/.caudal-installed')

const HOW = {
  node: ['Node 20 or newer', 'apt install nodejs (Debian 13, Ubuntu 25.04 or newer)', 'brew install node'],
  java: ['Java 17 or newer', 'apt install default-jre-headless', 'brew install openjdk'],
  maven: ['Maven', 'apt install maven', 'brew install maven'],
  python: ['Python 3.11 or newer with venv', 'apt install python3 python3-venv', 'brew install python'],
}

const missing = missingPrerequisites()
if (missing.length > 0) fail(missingMessage(missing))
installPackages()
checkInstalledNode()

function missingPrerequisites() {
  const seen = readJson(SEEN) ?? {}
  const before = JSON.stringify(seen)
  const kafkaHere = !process.env.KAFKA_BROKERS
  const checks = {
    node: () => major(process.versions.node) >= OLDEST_NODE_HERE,
    java: () => !kafkaHere || suits(seen, 'java', (path) => javaMajor(path) >= OLDEST_JAVA),
    maven: () => !kafkaHere || findOnPath('mvn') !== undefined,
    python: () =>
      process.argv.includes('--without-python') || PYTHONS.some((name) => suits(seen, name, pythonSuits)),
  }
  const absent = Object.keys(checks).filter((name) => !checks[name]())
  if (JSON.stringify(seen) !== before) {
    mkdirSync(dirname(SEEN), { recursive: true })
    writeFileSync(SEEN, JSON.stringify(seen))
  }
  return absent
}

/** Asking a JVM or a Python for its version takes longer than all the rest; the answer holds while the file is the same. */
function suits(seen, name, ask) {
  const path = findOnPath(name)
  if (path === undefined) return false
  const key = `${realpathSync(path)} ${statSync(path).mtimeMs}`
  if (!seen[key] && ask(path)) seen[key] = true
  return seen[key] === true
}

function findOnPath(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return statSync(path).isFile()
      } catch {
        return false
      }
    })
}

/** `openjdk version "17.0.15"`; before Java 9 it was `"1.8.0"`. */
function javaMajor(path) {
  const { stderr } = spawnSync(path, ['-version'], { encoding: 'utf8' })
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0)
}

function pythonSuits(path) {
  return spawnSync(path, ['-c', PYTHON_SUITS]).status === 0
}

function missingMessage(names) {
  const lines = names.flatMap((name) => {
    const [what, debian, mac] = HOW[name]
    return [`  ${what}`, `      Debian/Ubuntu: ${debian}`, `      macOS:         ${mac}`]
  })
  const kafka = names.includes('java') || names.includes('maven')
  const way = kafka
    ? ['Java and Maven are not needed with KAFKA_BROKERS=host:port, a Kafka that runs already.']
    : []
  return ['Missing on this machine (or too old):', ...lines, ...way].join('\n')
}

function installPackages() {
  const wanted = { lock: hashOf('package-lock.json'), patches: hashOf(...patchFiles()) }
  const stamp = readJson(STAMP)
  if (stamp?.lock === wanted.lock && stamp.patches === wanted.patches) return
  // Patches go on when a package is installed, so a changed one needs that again.
  const patched = stamp === undefined || stamp.patches === wanted.patches
  if (!patched || !installedAsLocked()) {
    console.log('Installing packages (npm ci)')
    const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: repo, stdio: 'inherit' })
    if (status !== 0) fail('npm ci failed: see above. It needs the network; later starts do not.')
  }
  writeFileSync(STAMP, JSON.stringify(wanted))
}

function patchFiles() {
  return existsSync(at('patches'))
    ? readdirSync(at('patches'))
        .sort()
        .map((name) => `patches/${name}`)
    : []
}

function hashOf(...files) {
  const hash = createHash('sha256')
  for (const file of files) hash.update(readFileSync(at(file)))
  return hash.digest('hex')
}

/** Whether somebody's own npm has done it: it writes what it installed beside it. */
function installedAsLocked() {
  const installed = readJson(at('node_modules/.package-lock.json'))?.packages
  if (!installed) return false
  const { '': _root, ...locked } = readJson(at('package-lock.json')).packages
  const same = (path) =>
    installed[path].version === locked[path]?.version && installed[path].integrity === locked[path].integrity
  const optional = ({ optional, devOptional, peer }) => optional || devOptional || peer
  return (
    Object.keys(installed).every(same) &&
    Object.keys(locked).every((path) => path in installed || optional(locked[path]))
  )
}

function checkInstalledNode() {
  const version = readJson(at('node_modules/node/package.json'))?.version
  if (version === undefined || !existsSync(at('node_modules/.bin/node'))) {
    fail(
      'node_modules/.bin/node is missing: npm did not run the install scripts. Run `npm ci --ignore-scripts=false`.',
    )
  }
  if (major(version) < OLDEST_NODE_INSTALLED) {
    fail(`node_modules/.bin/node is ${version}, but Node ${OLDEST_NODE_INSTALLED} is needed. Run \`npm ci\`.`)
  }
}

function major(version) {
  return Number(version.split('.')[0])
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

function fail(message) {
  console.error(message)
  process.exit(1)
}
