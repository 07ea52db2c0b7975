/** Builds the image of one function from its bundle; the tag is a hash of everything that goes into it. */
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FunctionName } from '../../../functions/_core/topology.ts'
import type { Builder } from './builder.ts'
import { type ImageRecord, reference } from './record.ts'

const HERE = import.meta.dirname
const DOCKERFILE = join(HERE, 'Dockerfile')
const EPOCH = new Date(0)
/** Of the tag, in hexadecimal digits: 48 bits. */
const TAG_DIGITS = 12

export interface BuildRequest {
  readonly name: FunctionName
  /** Folder with <name>/main.cjs. */
  readonly bundles: string
  readonly registry: string
  readonly base: string
  /** What that name stands for today: a new base makes a new image. */
  readonly baseId: string
  readonly version: string
  /** Commit the bundle was made from, for the annotations. */
  readonly revision: string
}

export interface Built {
  readonly record: ImageRecord
  readonly bundleBytes: number
  readonly imageBytes: number
  readonly fresh: boolean
}

export async function buildImage(builder: Builder, request: BuildRequest): Promise<Built> {
  const { name, bundles, registry, baseId } = request
  const bundlePath = join(bundles, name, 'main.cjs')
  const bundle = await readFile(bundlePath)
  const inputs = [bundle, await readFile(DOCKERFILE), await readFile(join(HERE, 'warm.mjs')), baseId]
  const tag = inputs
    .reduce((hash, input) => hash.update(input), createHash('sha256'))
    .digest('hex')
    .slice(0, TAG_DIGITS)
  const record = { repository: `${registry}/caudal-${name}`, tag }
  const image = reference(record)
  const fresh = !(await builder.has(image))
  if (fresh) await buildInContext(builder, request, bundlePath, image)
  return { record, bundleBytes: bundle.length, imageBytes: await builder.size(image), fresh }
}

async function buildInContext(builder: Builder, request: BuildRequest, bundle: string, image: string) {
  const context = await mkdtemp(join(tmpdir(), `caudal-${request.name}-`))
  try {
    await mkdir(join(context, 'cache'))
    await cp(bundle, join(context, 'main.cjs'))
    await cp(join(HERE, 'warm.mjs'), join(context, 'warm.mjs'))
    // Layers carry the times of files.
    for (const entry of await readdir(context)) await utimes(join(context, entry), EPOCH, EPOCH)
    const labels = {
      'org.opencontainers.image.title': `caudal-${request.name}`,
      'org.opencontainers.image.description': `The function ${request.name} of the event pipeline Caudal`,
      'org.opencontainers.image.version': request.version,
      'org.opencontainers.image.revision': request.revision,
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.base.name': request.base,
    }
    await builder.build({ context, dockerfile: DOCKERFILE, image, base: request.base, labels })
  } finally {
    await rm(context, { recursive: true, force: true })
  }
}
