/** The OCI builder: docker, podman or buildah, behind the few calls that are needed. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { execa } from 'execa'

export type BuilderName = 'docker' | 'podman' | 'buildah'
const KNOWN: readonly BuilderName[] = ['docker', 'podman', 'buildah']

export interface BuildOptions {
  readonly context: string
  readonly dockerfile: string
  readonly image: string
  readonly base: string
  readonly labels: Readonly<Record<string, string>>
}

export interface Builder {
  readonly name: BuilderName
  has(image: string): Promise<boolean>
  /**
   * The id of an image as its registry has it now or, where that does not answer, as it is here already.
   * @throws Error when it is in neither place
   */
  latest(image: string): Promise<string>
  build(options: BuildOptions): Promise<void>
  /** In bytes, uncompressed, with its base. */
  size(image: string): Promise<number>
  /** Pushes and returns the digest, `sha256:...`. */
  push(image: string, insecure: boolean): Promise<string>
  /** Writes the image as one archive that `load` commands read. */
  save(image: string, archive: string): Promise<void>
}

/** @param wanted a name or a path; by default the first of docker, podman and buildah that works */
export async function findBuilder(wanted: string | undefined): Promise<Builder> {
  for (const command of wanted ? [wanted] : KNOWN) {
    const name = KNOWN.find((known) => basename(command) === known)
    if (!name) throw new Error(`BUILDER=${command}: not one of ${KNOWN.join(', ')}`)
    // `docker version` needs its daemon, the others need nothing: a client alone cannot build.
    const { failed } = await execa(command, ['version'], { reject: false })
    if (!failed) return name === 'docker' ? dockerBuilder(command) : podBuilder(command, name)
  }
  const tried = wanted ?? KNOWN.join(', ')
  throw new Error(
    `no OCI builder works (tried ${tried}): install one, for example "apt install buildah", or set BUILDER`,
  )
}

const buildArguments = ({ context, dockerfile, image, base, labels }: BuildOptions): string[] => [
  ...['--file', dockerfile, '--tag', image, '--build-arg', `BASE=${base}`],
  ...Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
  context,
]

const annotations = (labels: BuildOptions['labels']): string[] =>
  Object.entries(labels).flatMap(([key, value]) => ['--annotation', `${key}=${value}`])

/** The arguments that pull an image, and those that print its id. */
interface IdCommands {
  readonly pull: readonly string[]
  readonly id: readonly string[]
}

const ENGINE_IDS: IdCommands = { pull: ['pull', '--quiet'], id: ['image', 'inspect', '-f', '{{.Id}}'] }
const BUILDAH_IDS: IdCommands = {
  // By itself it pulls only what is not here yet.
  pull: ['pull', '--quiet', '--policy', 'always'],
  id: ['inspect', '--type', 'image', '-f', '{{.FromImageID}}'],
}

async function latestId(command: string, { pull, id }: IdCommands, image: string): Promise<string> {
  const pulled = await execa(command, [...pull, image], { reject: false })
  const found = await execa(command, [...id, image], { reject: false })
  if (found.failed) throw new Error(`the base image ${image} cannot be pulled: ${pulled.stderr}`)
  return found.stdout.trim()
}

function dockerBuilder(command: string): Builder {
  const run = (args: readonly string[], env: Record<string, string> = {}) => execa(command, args, { env })
  return {
    name: 'docker',
    has: async (image) => !(await execa(command, ['image', 'inspect', image], { reject: false })).failed,
    latest: (image) => latestId(command, ENGINE_IDS, image),
    build: async (options) => {
      // The image's own date. Files keep the one of the context; folders that the build makes do not.
      await run(['build', ...buildArguments(options)], { SOURCE_DATE_EPOCH: '0', DOCKER_BUILDKIT: '1' })
    },
    size: async (image) => Number((await run(['image', 'inspect', '-f', '{{.Size}}', image])).stdout),
    push: async (image) => {
      await run(['push', image])
      const { stdout } = await run(['image', 'inspect', '-f', '{{index .RepoDigests 0}}', image])
      return stdout.slice(stdout.indexOf('@') + 1)
    },
    save: async (image, archive) => void (await run(['save', '-o', archive, image])),
  }
}

function podBuilder(command: string, name: 'podman' | 'buildah'): Builder {
  const run = (args: readonly string[]) => execa(command, args)
  return {
    name,
    has: async (image) =>
      !(await execa(command, ['inspect', '--type', 'image', image], { reject: false })).failed,
    latest: (image) => latestId(command, name === 'podman' ? ENGINE_IDS : BUILDAH_IDS, image),
    build: async (options) => {
      // Layers of their own: only the one with compiled code differs between builds of the same input.
      const reproducible = ['--timestamp', '0', '--layers', '--format', 'oci', ...annotations(options.labels)]
      await run([name === 'podman' ? 'build' : 'bud', ...reproducible, ...buildArguments(options)])
    },
    size: async (image) => {
      const { stdout } = await run(['images', '--json', image].map((word) => jsonFlag(name, word)))
      const [first]: { size?: string; Size?: number }[] = JSON.parse(stdout)
      return first?.Size ?? parseSize(first?.size ?? '0 B')
    },
    push: async (image, insecure) => {
      const folder = await mkdtemp(join(tmpdir(), 'caudal-push-'))
      const digestFile = join(folder, 'digest')
      await run(['push', '--digestfile', digestFile, ...(insecure ? ['--tls-verify=false'] : []), image])
      const digest = await readFile(digestFile, 'utf8')
      await rm(folder, { recursive: true })
      return digest.trim()
    },
    save: async (image, archive) => void (await run(['push', image, `oci-archive:${archive}:${image}`])),
  }
}

const jsonFlag = (name: BuilderName, word: string): string =>
  name === 'podman' && word === '--json' ? '--format=json' : word

/** buildah prints sizes for people only: "186 MB". */
function parseSize(text: string): number {
  const [number, unit = 'B'] = text.split(' ')
  const scale: Record<string, number> = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9 }
  return Number(number) * (scale[unit.toUpperCase()] ?? 1)
}
