/**
 * Puts files into the bundles, so that each stays one file that needs nothing but Node: in the place of a module named
 * `<what>.embedded.ts` a bundle has what that module exports when the build runs it. Texts go in as they are, files
 * compressed (see functions/_adapters/assets/files.ts).
 */
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { Plugin } from 'esbuild'
import type { EmbeddedFiles } from '../../functions/_adapters/assets/files.ts'

const compress = promisify(brotliCompress)
/** 9 of 11: half a second for what 11 makes 8 % smaller in 12 s. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }

export const embedFiles: Plugin = {
  name: 'embed files',
  setup(build) {
    // One result for all bundles of a build.
    const embedded = new Map<string, Promise<string>>()
    build.onLoad({ filter: /\.embedded\.ts$/ }, async ({ path }) => {
      const contents = embedded.get(path) ?? embed(path)
      embedded.set(path, contents)
      return { contents: await contents }
    })
  },
}

async function embed(path: string): Promise<string> {
  const exported: Readonly<Record<string, string | EmbeddedFiles>> = await import(pathToFileURL(path).href)
  const lines = Object.entries(exported).map(async ([name, value]) => {
    const held = typeof value === 'string' ? JSON.stringify(value) : await filesLiteral(value)
    return `export const ${name} = ${held}`
  })
  return (await Promise.all(lines)).join('\n')
}

async function filesLiteral(files: EmbeddedFiles): Promise<string> {
  const members = Object.entries(files).map(async ([name, { bytes }]) => {
    const base64 = (await compress(bytes, QUALITY)).toString('base64')
    return `[${JSON.stringify(name)}]: { bytes: Buffer.from('${base64}', 'base64'), brotli: true }`
  })
  return `{ ${(await Promise.all(members)).join(',\n')} }`
}
