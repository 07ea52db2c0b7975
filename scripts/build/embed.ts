/** Puts the files of web packages into the bundles, compressed, so that each stays one file that needs no network. */
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { Plugin } from 'esbuild'
import { ASSETS, type AssetName } from '../../functions/_adapters/assets/names.ts'
import { readAsset } from '../../functions/_adapters/assets/read.ts'

const compress = promisify(brotliCompress)
/** 9 of 11: half a second for what 11 makes 8 % smaller in 12 s. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }

export const embedAssets: Plugin = {
  name: 'embed assets',
  setup(build) {
    build.onLoad({ filter: /[\\/]_adapters[\\/]assets[\\/]read\.ts$/ }, async () => ({
      contents: await embedded(),
    }))
  },
}

/** The module in the place of read.ts: the same export, with the files in Base64. */
async function embedded(): Promise<string> {
  const files: Record<string, string> = {}
  for (const name of Object.keys(ASSETS) as AssetName[]) {
    const { bytes } = await readAsset(name)
    files[name] = (await compress(bytes, QUALITY)).toString('base64')
  }
  return `const files = ${JSON.stringify(files)}
export const readAsset = async (name) => ({ bytes: Buffer.from(files[name], 'base64'), brotli: true })`
}
