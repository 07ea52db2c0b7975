/** One Python environment for what comes as wheels, in `.caudal/venv`. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { execa } from 'execa'
import { CAUDAL_DIR, REPO_DIR } from '../../lib/paths.ts'
import { UserError } from '../../lib/user-error.ts'
import { findPython, missingPrerequisites } from '../prerequisites.mjs'
import { acquireLock } from '../processes/lock.ts'
import { runWithProgress } from './run-with-progress.ts'

const VENV_DIR = join(CAUDAL_DIR, 'venv')
/** Which requirements are installed: file, relative to the repository → hash of its content. */
const STAMP = join(VENV_DIR, 'installed.json')
/** Somebody else may be installing at the same time. */
const LOCK_WAIT_MS = 600_000
/** One that can say how far it is (24.1 or newer). */
const PIP = 'pip==26.3'

/** What it is called → the file that pins it. */
const REQUIREMENTS = {
  Valkey: join(import.meta.dirname, 'valkey.txt'),
  Java: join(import.meta.dirname, 'java.txt'),
  'Maven client': join(import.meta.dirname, 'maven.txt'),
  Locust: join(REPO_DIR, 'locust/requirements.txt'),
} as const
export type Wheels = keyof typeof REQUIREMENTS

export interface Venv {
  dir: string
  /** Its interpreter; other commands are beside it. */
  python: string
}

/**
 * Installs those that are not installed as they are pinned now; otherwise only reads two small files.
 * @throws UserError when there is no Python, or pip fails
 */
export async function ensureVenv(...wanted: readonly Wheels[]): Promise<Venv> {
  const venv = { dir: VENV_DIR, python: join(VENV_DIR, 'bin/python') }
  if ((await missing(wanted)).length === 0) return venv
  await mkdir(CAUDAL_DIR, { recursive: true })
  const lock = await acquireLock({ file: join(CAUDAL_DIR, 'venv.lock'), waitMs: LOCK_WAIT_MS })
  try {
    const absent = await missing(wanted)
    if (absent.length > 0) await makeVenv(venv)
    for (const wheels of absent) await install(venv, wheels)
    return venv
  } finally {
    await lock.release()
  }
}

async function makeVenv({ dir, python }: Venv): Promise<void> {
  const system = findPython()
  if (system === undefined) throw new UserError(missingPrerequisites({ python: true }) ?? '')
  const { stdout } = await execa(python, ['-m', 'pip', '--version'], { reject: false })
  if (stdout?.startsWith(`${PIP.replace('==', ' ')} `)) return
  for (const [command, args] of [
    [system, ['-m', 'venv', dir]],
    [python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PIP]],
  ] as const) {
    const result = await execa(command, args, { reject: false, all: true })
    if (result.failed) throw cannotInstall('pip', result.all ?? '')
  }
}

/** A file at a time: where one names hashes, pip wants them for all. */
async function install({ python }: Venv, wheels: Wheels): Promise<void> {
  const file = REQUIREMENTS[wheels]
  const pip = ['-m', 'pip', 'install', '--disable-pip-version-check', '--progress-bar', 'raw', '-r', file]
  await runWithProgress(wheels, python, pip).catch((error) => {
    throw cannotInstall(wheels, error.message)
  })
  const stamps = { ...(await readStamps()), [relative(REPO_DIR, file)]: await hashOf(file) }
  await writeFile(STAMP, JSON.stringify(stamps))
}

const cannotInstall = (what: string, said: string): UserError =>
  new UserError(
    `${what} could not be installed with pip; the first start needs the network. It said:\n${said}\n` +
      `If ${VENV_DIR} is broken, delete it and start again.`,
  )

async function missing(wanted: readonly Wheels[]): Promise<Wheels[]> {
  const stamps = await readStamps()
  const files = wanted.map((wheels) => REQUIREMENTS[wheels])
  const hashes = await Promise.all(files.map(hashOf))
  return wanted.filter((_, index) => stamps[relative(REPO_DIR, files[index] ?? '')] !== hashes[index])
}

async function readStamps(): Promise<Record<string, string>> {
  const text = await readFile(STAMP, 'utf8').catch(() => '{}')
  return JSON.parse(text)
}

async function hashOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
}
