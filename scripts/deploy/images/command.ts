/** `npm run images`: an image for each function; pushes or loads them, and writes down what deploy needs. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Table from 'cli-table3'
import { Command, Option } from 'commander'
import { execa } from 'execa'
import { FUNCTIONS, type FunctionName } from '../../../functions/_core/topology.ts'
import { buildFunctions } from '../../build/bundles.ts'
import { REPO_DIR } from '../../lib/paths.ts'
import { type Built, buildImage } from './build.ts'
import { type Builder, findBuilder } from './builder.ts'
import { type ImageRecord, reference, writeRecords } from './record.ts'

interface Options {
  readonly registry: string
  readonly push: boolean
  readonly insecure: boolean
  readonly load?: string
  readonly base: string
  readonly builder?: string
}

export const command = (): Command =>
  new Command('images')
    .description('Builds an image for each function from its bundle.')
    .addOption(
      new Option('--registry <registry>', 'first part of the image names')
        .env('REGISTRY')
        .makeOptionMandatory(),
    )
    .option('--push', 'push them; deploy then uses their digests', false)
    .option('--insecure', 'the registry speaks plain HTTP (podman and buildah)', false)
    .addOption(
      new Option(
        '--load <command>',
        'run "COMMAND IMAGE ARCHIVE" for each: images go into a cluster by file',
      ).env('IMAGE_LOADER'),
    )
    .addOption(
      new Option('--base <image>', 'base image with Node 24')
        .env('BASE')
        .default('docker.io/library/node:24-slim'),
    )
    .addOption(new Option('--builder <name>', 'docker, podman or buildah').env('BUILDER'))
    .action((options: Options) =>
      main(options).catch((error: Error) => {
        console.error(`images: ${error.message}`)
        process.exitCode = 1
      }),
    )

async function main(options: Options): Promise<void> {
  const builder = await findBuilder(options.builder)
  const { version }: { version: string } = JSON.parse(await readFile(join(REPO_DIR, 'package.json'), 'utf8'))
  const git = await execa('git', ['rev-parse', 'HEAD'], { cwd: REPO_DIR, reject: false })
  const revision = git.failed ? 'unknown' : git.stdout
  const baseId = await builder.latest(options.base)
  const built = new Map<FunctionName, Built>()
  const bundles = await mkdtemp(join(tmpdir(), 'caudal-bundles-'))
  await buildFunctions(bundles)
  for (const name of FUNCTIONS) {
    console.log(`${name}: building with ${builder.name}`)
    const one = await buildImage(builder, { name, bundles, baseId, version, revision, ...options })
    built.set(name, { ...one, record: await deliver(builder, one, options) })
  }
  await rm(bundles, { recursive: true })
  const records = FUNCTIONS.map((name) => [name, built.get(name)?.record])
  await writeRecords(Object.fromEntries(records))
  report(built)
}

/** Pushes or loads it; what neither pushed nor loaded stays with the builder. */
async function deliver(builder: Builder, { record }: Built, options: Options): Promise<ImageRecord> {
  const image = reference(record)
  if (options.push) return { ...record, digest: await builder.push(image, options.insecure) }
  if (options.load) {
    const folder = await mkdtemp(join(tmpdir(), 'caudal-image-'))
    const archive = join(folder, 'image.tar')
    await builder.save(image, archive)
    const [command = '', ...args] = options.load.split(' ')
    await execa(command, [...args, image, archive], { stdout: 'ignore' })
    await rm(folder, { recursive: true, force: true })
  }
  return record
}

function report(built: ReadonlyMap<FunctionName, Built>): void {
  const table = new Table({
    head: ['function', 'bundle', 'image', '', 'reference'],
    style: { head: [], border: [] },
  })
  for (const [name, { bundleBytes, imageBytes, fresh, record }] of built) {
    const sizes = [`${(bundleBytes / 1e3).toFixed(0)} kB`, `${(imageBytes / 1e6).toFixed(0)} MB`]
    table.push([name, ...sizes, fresh ? 'built' : 'unchanged', reference(record)])
  }
  console.log(table.toString())
  console.log('Next: npm run deploy. By hand, in the folder of an overlay:')
  const images = [...built].map(([name, { record }]) => `caudal-${name}=${reference(record)}`)
  console.log(`  kustomize edit set image ${images.join(' ')}`)
}
