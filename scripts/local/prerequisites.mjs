// @ts-check
/** What this machine brings along: Node, npm, Python with venv, and a Java if it has one. Found once, then remembered. */
import { spawnSync } from 'node:child_process'
import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE = 20
const OLDEST_JAVA = 17
const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']
const PYTHON_SUITS = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'

export const REPO_DIR = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
/** Path and time of a program that was found suitable → true, so that it is asked once only. */
const SEEN = join(REPO_DIR, '.caudal/prerequisites.json')

const HOW = {
  node: [
    'Node 20 or newer',
    'apt install nodejs npm (Debian 13, Ubuntu 25.04 or newer)',
    'brew install node',
  ],
  npm: ['npm', 'apt install npm', 'brew install node'],
  python: ['Python 3.11 or newer with venv', 'apt install python3 python3-venv', 'brew install python'],
}

/**
 * @param {{ python: boolean }} needs
 * @returns {string | undefined} what is missing or too old and how to install it, for people
 */
export function missingPrerequisites({ python }) {
  const has = {
    node: Number(process.versions.node.split('.')[0]) >= OLDEST_NODE,
    npm: onPath('npm') !== undefined,
    python: !python || findPython() !== undefined,
  }
  const names = /** @type {(keyof typeof HOW)[]} */ (Object.keys(HOW)).filter((name) => !has[name])
  if (names.length === 0) return undefined
  const lines = names.flatMap((name) => {
    const [what, debian, mac] = HOW[name]
    return [`  ${what}`, `      Debian/Ubuntu: ${debian}`, `      macOS:         ${mac}`]
  })
  return ['Missing on this machine (or too old):', ...lines].join('\n')
}

/** @returns {string | undefined} a Python that can make virtual environments */
export function findPython() {
  return firstSuitable(
    PYTHONS.map(onPath),
    (path) => spawnSync(path, ['-c', PYTHON_SUITS], { stdio: 'ignore' }).status === 0,
  )
}

/** @returns {string | undefined} a Java that is new enough for Kafka: of JAVA_HOME, or on PATH */
export function findJava() {
  const { JAVA_HOME } = process.env
  const ofHome = JAVA_HOME ? executable(join(JAVA_HOME, 'bin/java')) : undefined
  return firstSuitable([ofHome, onPath('java')], (path) => javaMajor(path) >= OLDEST_JAVA)
}

/** `openjdk version "17.0.15"`; before Java 9 it was `"1.8.0"`. @param {string} path */
function javaMajor(path) {
  const { stderr } = spawnSync(path, ['-version'], { encoding: 'utf8' })
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0)
}

/**
 * Asking a JVM or a Python for its version takes longer than all the rest; the answer holds while the file is the same.
 * @param {(string | undefined)[]} paths
 * @param {(path: string) => boolean} suits
 */
function firstSuitable(paths, suits) {
  const seen = readSeen()
  for (const path of paths) {
    if (path === undefined) continue
    const key = `${realpathSync(path)} ${statSync(path).mtimeMs}`
    if (seen[key]) return path
    if (!suits(path)) continue
    mkdirSync(dirname(SEEN), { recursive: true })
    writeFileSync(SEEN, JSON.stringify({ ...seen, [key]: true }))
    return path
  }
  return undefined
}

/** @returns {Record<string, boolean>} */
function readSeen() {
  try {
    return JSON.parse(readFileSync(SEEN, 'utf8'))
  } catch {
    return {}
  }
}

/** @param {string} name */
function onPath(name) {
  const dirs = (process.env.PATH ?? '').split(delimiter)
  return dirs.map((dir) => executable(join(dir, name))).find((path) => path !== undefined)
}

/** @param {string} path */
function executable(path) {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile() ? path : undefined
  } catch {
    return undefined
  }
}
