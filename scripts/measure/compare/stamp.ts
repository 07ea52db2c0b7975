/** Where, when and with what a report was made. */
import { cpus, release, totalmem, type } from 'node:os'
import { execa } from 'execa'
import { REPO_DIR } from '../../lib/paths.ts'
import type { Stamp } from './report.ts'

const MIB = 1024 * 1024

export async function stampOf({
  seed,
  domain,
  against,
  command,
}: Pick<Stamp, 'seed' | 'against' | 'command'> & { readonly domain: string }): Promise<Stamp> {
  return {
    at: new Date().toISOString(),
    commit: await commit(),
    node: process.version,
    cpu: cpus()[0]?.model.trim() ?? '',
    cores: cpus().length,
    memoryMib: Math.round(totalmem() / MIB),
    kernel: `${type()} ${release()}`,
    command,
    seed,
    domain,
    against,
  }
}

/** With `+` when files differ from it; empty where there is no git. */
async function commit(): Promise<string> {
  const git = (...args: string[]) => execa('git', args, { cwd: REPO_DIR, reject: false })
  const { stdout } = await git('rev-parse', '--short', 'HEAD')
  const { stdout: changed } = await git('status', '--porcelain')
  return stdout && (changed ? `${stdout}+` : stdout)
}
