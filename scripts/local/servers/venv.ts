/** One Python environment for what comes as wheels (Valkey, Locust), in `.caudal/venv`. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { execa } from 'execa'
import { CAUDAL_DIR, REPO_DIR } from '../../lib/paths.ts'
import { UserError } from '../../lib/user-error.ts'
import { acquireLock } from '../processes/lock.ts'

const VENV_DIR = join(CAUDAL_DIR, 'venv')
/** Which requirements are installed: file → hash of its content. */
const STAMP = join(VENV_DIR, 'installed.json')
/** Somebody else may be installing at the same time. */
const LOCK_WAIT_MS = 180_000
const PYTHONS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11']
const SUITABLE = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))'

export interface Venv {
  dir: string
  /** Its interpreter; other commands are beside it. */
  python: string
}

/**
 * Installs the requirements that are not installed as they are now; otherwise only reads two small files.
 * @throws UserError when there is no Python, or pip fails
 */
export async function ensureVenv(
  requirementsFiles: readonly string[],
  say: (line: string) => void = () => {},
): Promise<Venv> {
  const venv = { dir: VENV_DIR, python: join(VENV_DIR, 'bin/python') }
  if ((await missing(requirementsFiles)).length === 0) return venv
  await mkdir(CAUDAL_DIR, { recursive: true })
  const lock = await acquireLock({ file: join(CAUDAL_DIR, 'venv.lock'), waitMs: LOCK_WAIT_MS })
  try {
    const files = await missing(requirementsFiles)
    if (files.length === 0) return venv
    say(`Installing ${files.map((file) => relative(REPO_DIR, file)).join(', ')} (once)`)
    await install(venv, files)
    return venv
  } finally {
    await lock.release()
  }
}

async function install(venv: Venv, files: readonly string[]): Promise<void> {
  await run(await findPython(), ['-m', 'venv', venv.dir])
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check']
  await run(venv.python, [...pip, ...files.flatMap((file) => ['-r', file])])
  const stamps = await readStamps()
  for (const file of files) stamps[relative(REPO_DIR, file)] = await hashOf(file)
  await writeFile(STAMP, JSON.stringify(stamps))
}

async function missing(files: readonly string[]): Promise<string[]> {
  const stamps = await readStamps()
  const hashes = await Promise.all(files.map(hashOf))
  return files.filter((file, index) => stamps[relative(REPO_DIR, file)] !== hashes[index])
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

async function findPython(): Promise<string> {
  for (const python of PYTHONS) {
    const { failed } = await execa(python, ['-c', SUITABLE], { reject: false })
    if (!failed) return python
  }
  throw new UserError(
    'Python 3.11 or newer with venv is missing: install it (Debian: apt install python3 python3-venv; macOS: brew install python)',
  )
}

async function run(command: string, args: readonly string[]): Promise<void> {
  const result = await execa(command, args, { reject: false, all: true })
  if (result.failed) {
    throw new UserError(
      `\`${command} ${args.join(' ')}\` failed; the first start needs the network. It said:\n${result.all}\n` +
        `If ${VENV_DIR} is broken, delete it and start again.`,
    )
  }
}
