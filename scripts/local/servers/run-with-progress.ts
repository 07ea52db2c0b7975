/** Runs a program that says how far it is in pip's way, and shows that. */
import { execa } from 'execa'
import { megabytes, startProgress } from '../progress.mjs'

const TAIL_LINES = 20
const BYTES: Readonly<Record<string, number>> = { bytes: 1, kB: 1e3, MB: 1e6, GB: 1e9 }

/**
 * `  Downloading NAME (1.5 MB)` tells of a file, `Progress DONE of TOTAL` how far it is, in bytes.
 * @param what to say at the end beside how much was fetched
 * @throws Error with the end of what it said, when it fails
 */
export async function runWithProgress(
  title: string,
  command: string,
  args: readonly string[],
  what?: string,
): Promise<void> {
  const progress = startProgress(title, megabytes)
  const said: string[] = []
  let fetchedBytes = 0
  let file = ''
  const running = execa(command, args, { all: true, reject: false, buffer: false, stdin: 'ignore' })
  for await (const line of running.iterable({ from: 'all' })) {
    const [, done, total] = /^Progress (\d+) of (\d+)$/.exec(line) ?? []
    if (done !== undefined) {
      progress.at(Number(done), Number(total), file)
      continue
    }
    said.push(line)
    const [, name, size, unit = ''] = /^ *Downloading (\S+) \(([\d.]+) (\w+)\)/.exec(line) ?? []
    if (name === undefined) continue
    file = name
    fetchedBytes += Number(size) * (BYTES[unit] ?? 0)
  }
  const { failed, shortMessage } = await running
  if (failed) {
    progress.fail()
    throw new Error([...said.slice(-TAIL_LINES), shortMessage].join('\n'))
  }
  progress.end([what, megabytes(fetchedBytes)].filter((part) => part !== undefined).join(', '))
}
