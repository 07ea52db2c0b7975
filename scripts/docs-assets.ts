/** Puts the files of the docs page into the bundle, compressed, so that it stays one file that needs no network. */
import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'
import type { Plugin } from 'esbuild'
import { readAsset } from '../functions/ingest/docs/assets.ts'
import { ASSETS, type AssetName } from '../functions/ingest/docs/page.ts'

const compress = promisify(brotliCompress)
/** 9 of 11: half a second for what 11 makes 8 % smaller in 12 s. */
const QUALITY = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }

export const docsAssets: Plugin = {
  name: 'docs assets',
  setup(build) {
    build.onLoad({ filter: /[\\/]ingest[\\/]docs[\\/]assets\.ts$/ }, async () => ({
      contents: await embedded(),
    }))
  },
}

/** The module in the place of assets.ts: the same export, with the files in Base64. */
async function embedded(): Promise<string> {
  const files: Record<string, string> = {}
  for (const name of Object.keys(ASSETS) as AssetName[]) {
    const { bytes } = await readAsset(name)
    files[name] = (await compress(bytes, QUALITY)).toString('base64')
  }
  return `const files = ${JSON.stringify(files)}
export const readAsset = async (name) => ({ bytes: Buffer.from(files[name], 'base64'), brotli: true })`
}
