import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import { ASSETS, type AssetName } from '../../functions/_adapters/assets/names.ts'
import { type Asset, readAsset } from '../../functions/_adapters/assets/read.ts'
import { embedAssets } from './embed.ts'

it('a bundle carries the same files as the packages', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'caudal-assets-'))
  try {
    const outfile = join(dir, 'read.mjs')
    await build({
      entryPoints: [join(import.meta.dirname, '../../functions/_adapters/assets/read.ts')],
      outfile,
      bundle: true,
      platform: 'node',
      format: 'esm',
      plugins: [embedAssets],
    })
    const embedded: { readAsset(name: AssetName): Promise<Asset> } = await import(outfile)
    for (const name of Object.keys(ASSETS) as AssetName[]) {
      const { bytes, brotli } = await embedded.readAsset(name)
      expect(brotli).toBe(true)
      expect(brotliDecompressSync(bytes).equals((await readAsset(name)).bytes)).toBe(true)
    }
  } finally {
    await rm(dir, { recursive: true })
  }
})
