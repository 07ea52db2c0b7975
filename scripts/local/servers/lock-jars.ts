/** Writes kafka/jars.lock.json anew after kafka/pom.xml has changed. Needs Maven and the network. */
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execa } from 'execa'
import { JARS_LOCK, type JarsLock, POM } from './kafka-jars.ts'

const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.11.0:list'
/** `   group:artifact:jar:version:scope:file`, and sometimes the name of its module. */
const LINE = /^ +([^:]+):([^:]+):jar:([^:]+):\w+:(\/\S+\.jar)/gm

const dir = await mkdtemp(join(tmpdir(), 'lock-jars-'))
const list = join(dir, 'list')
const options = ['-DincludeScope=runtime', `-DoutputFile=${list}`, '-DoutputAbsoluteArtifactFilename=true']
await execa('mvn', ['-q', '-B', '-f', POM, PLUGIN, ...options], { stdio: 'inherit' })
const found = [...(await readFile(list, 'utf8')).matchAll(LINE)]
const jars = await Promise.all(
  found.map(async ([, group, artifact, version, file = '']) => {
    const content = await readFile(file)
    return { coordinates: `${group}:${artifact}:${version}`, bytes: content.length, sha256: sha256(content) }
  }),
)
jars.sort((one, other) => (one.coordinates < other.coordinates ? -1 : 1))
const lock: JarsLock = { pom: sha256(await readFile(POM)), jars }
await writeFile(JARS_LOCK, `${JSON.stringify(lock, null, 2)}\n`)
await rm(dir, { recursive: true })

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
