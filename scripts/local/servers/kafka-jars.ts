/** Apache Kafka's jars, fetched once by Maven as kafka/pom.xml pins them. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { CAUDAL_DIR, REPO_DIR } from '../../lib/paths.ts'
import { UserError } from '../../lib/user-error.ts'

const POM = join(REPO_DIR, 'kafka/pom.xml')
const HASH_CHARS = 12

/**
 * The folder with the jars; it is named after the pom's content, so a changed pom gets a new one.
 * @throws UserError when Maven is not there or cannot fetch them
 */
export async function kafkaJars(say: (line: string) => void = () => {}): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(POM))
    .digest('hex')
    .slice(0, HASH_CHARS)
  const dir = join(CAUDAL_DIR, `kafka-${hash}`)
  if (existsSync(dir)) return dir
  say('Fetching Apache Kafka (about 45 MB, once)')
  // Renamed when it is whole: a download that was cut off, or a second one at the same time, leaves nothing half done.
  const part = `${dir}.${process.pid}.part`
  await mkdir(part, { recursive: true })
  await runMaven(part)
  await rename(part, dir).catch(() => rm(part, { recursive: true }))
  return dir
}

async function runMaven(outputDir: string): Promise<void> {
  const args = ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-Djars.dir=${outputDir}`]
  const result = await execa('mvn', args, { reject: false, all: true })
  if (!result.failed) return
  await rm(outputDir, { recursive: true })
  if (result.code === 'ENOENT') {
    throw new UserError(
      'Maven (mvn) is missing: install it (Debian: apt install maven; macOS: brew install maven)',
    )
  }
  throw new UserError(
    `Maven could not fetch Apache Kafka; the first start needs the network. It said:\n${result.all}\n` +
      'Try again, or give KAFKA_BROKERS to use a Kafka that runs already.',
  )
}
