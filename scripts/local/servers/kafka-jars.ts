/** Apache Kafka's jars, fetched once, as kafka/jars.lock.json pins them. */
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { CAUDAL_DIR, REPO_DIR } from '../../lib/paths.ts'
import { UserError } from '../../lib/user-error.ts'
import { acquireLock } from '../processes/lock.ts'
import { jarsDir } from '../setup.mjs'
import { runWithProgress } from './run-with-progress.ts'
import { ensureVenv } from './venv.ts'

export const POM = join(REPO_DIR, 'kafka/pom.xml')
export const JARS_LOCK = join(REPO_DIR, 'kafka/jars.lock.json')
const FETCH = join(import.meta.dirname, 'fetch_jars.py')
/** Somebody else may be fetching them at the same time. */
const LOCK_WAIT_MS = 600_000

export interface JarsLock {
  /** SHA-256 of the pom.xml that it was made from. */
  readonly pom: string
  readonly jars: readonly {
    /** group:artifact:version */
    readonly coordinates: string
    readonly bytes: number
    readonly sha256: string
  }[]
}

/**
 * The folder with the jars.
 * @throws UserError when they cannot be fetched
 */
export async function kafkaJars(): Promise<string> {
  const dir = jarsDir()
  if (existsSync(dir)) return dir
  await mkdir(CAUDAL_DIR, { recursive: true })
  const lock = await acquireLock({ file: `${dir}.lock`, waitMs: LOCK_WAIT_MS })
  try {
    if (!existsSync(dir)) await fetchJars(dir)
    return dir
  } finally {
    await lock.release()
  }
}

/** The folder gets its name when it is whole. */
async function fetchJars(dir: string): Promise<void> {
  const { python } = await ensureVenv('Maven client')
  const part = `${dir}.part`
  await mkdir(part, { recursive: true })
  const { jars }: JarsLock = JSON.parse(await readFile(JARS_LOCK, 'utf8'))
  const what = `${jars.length} jars`
  await runWithProgress('Apache Kafka', python, [FETCH, JARS_LOCK, part], what).catch((error) => {
    throw new UserError(
      `Apache Kafka could not be fetched; the first start needs the network. It said:\n${error.message}\n` +
        'Try again: what is there is kept. MAVEN_REPO_URL names a mirror of Maven Central; ' +
        'KAFKA_BROKERS a Kafka that runs already.',
    )
  })
  await rename(part, dir)
}
