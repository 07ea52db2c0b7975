/**
 * Files of web packages. Run from source, they are read from their package; in a bundle, scripts/build/embed.ts puts
 * a module with the same export in this one's place that carries them, compressed.
 */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { AssetName } from './names.ts'

export interface Asset {
  readonly bytes: Buffer
  /** Whether the bytes are a Brotli stream. */
  readonly brotli: boolean
}

const require = createRequire(import.meta.url)

export const readAsset = async (name: AssetName): Promise<Asset> => ({
  bytes: await readFile(require.resolve(name)),
  brotli: false,
})
