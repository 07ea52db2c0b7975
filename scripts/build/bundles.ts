/**
 * Bundles each function into dist/<name>/main.cjs: one minified file that needs nothing but Node. CommonJS, because an
 * ES module that imports node:http makes Node load its own fetch first, whether it is used or not: a sixth of the start.
 */
import { readdirSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Command } from 'commander'
import { build } from 'esbuild'
import { REPO_DIR } from '../lib/paths.ts'
import { embedFiles } from './embed.ts'
import { buildWeb } from './web.ts'

/** Every folder of functions/ that is not shared is a function. */
export const functionNames: readonly string[] = readdirSync(join(REPO_DIR, 'functions')).filter(
  (name) => !name.startsWith('_'),
)

/**
 * How a bundle is run; images say the same. Where memory is plentiful V8 takes it: up to 96 MiB for the young
 * generation, and four times what lives for the old one. With these bounds (MiB; the first counts three times) a
 * function stays under 150 MiB under load, for the same CPU per event, and still holds its full queue.
 */
export const NODE_OPTIONS = '--max-semi-space-size=8 --max-old-space-size=160'

export async function buildFunctions(out = join(REPO_DIR, 'dist')): Promise<void> {
  await Promise.all([buildWeb(), rm(out, { recursive: true, force: true })])
  await build({
    entryPoints: functionNames.map((name) => ({
      in: join(REPO_DIR, 'functions', name, 'main.ts'),
      out: `${name}/main`,
    })),
    outdir: out,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node24',
    plugins: [embedFiles],
    legalComments: 'none',
    logLevel: 'warning',
  })
}

export const command = (): Command =>
  new Command('build')
    .description('Bundles each function into dist/NAME/main.cjs.')
    .action(() => buildFunctions())
