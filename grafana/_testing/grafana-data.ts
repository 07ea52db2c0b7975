/**
 * Grafana's own code of the transformations, where it is installed: `@grafana/data` and what it needs are 170 MB, so it is
 * apart from the normal install (grafana/README.md). It is written for browsers; bundled without its React hooks it runs in
 * Node.
 */
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { REPO_DIR } from '../../scripts/lib/paths.ts'
import type { Frame } from '../src/redis/source.ts'

const FOLDER = join(REPO_DIR, '.caudal', 'grafana-data')
const ENTRY = `
export * from '@grafana/data'
export { firstValueFrom } from 'rxjs'`
const BROWSER = 'globalThis.window ??= { addEventListener() {} }'
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)"

export type Transformation = Readonly<Record<string, unknown>> & { readonly id: string }
/** By the name that Grafana shows. */
export type Columns = Readonly<Record<string, readonly unknown[]>>
export type Transform = (steps: readonly Transformation[], frames: readonly Frame[]) => Promise<Columns[]>

interface GrafanaField {
  readonly values: ArrayLike<unknown>
}
interface GrafanaFrame {
  readonly fields: readonly GrafanaField[]
}
/** The parts of `@grafana/data` that are used. */
interface GrafanaData {
  readonly standardTransformers: Readonly<Record<string, { readonly id: string; readonly name: string }>>
  readonly standardTransformersRegistry: { setInit(all: () => readonly object[]): void }
  toDataFrame(frame: Frame): GrafanaFrame
  transformDataFrame(steps: readonly Transformation[], frames: readonly GrafanaFrame[]): unknown
  firstValueFrom(frames: unknown): Promise<readonly GrafanaFrame[]>
  getFieldDisplayName(field: GrafanaField, frame: GrafanaFrame, all: readonly GrafanaFrame[]): string
}

const withoutHooks: Plugin = {
  name: 'without hooks',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^(react-use|@react-hookz\/web)(\/|$)/ }, ({ path }) => ({ path, namespace: 'none' }))
    onLoad({ filter: /./, namespace: 'none' }, () => ({ contents: 'module.exports = {}', loader: 'js' }))
  },
}

/** @returns undefined where it is not installed */
export async function grafanaTransform(): Promise<Transform | undefined> {
  if (!existsSync(join(FOLDER, 'node_modules/@grafana/data'))) return undefined
  const dir = await mkdtemp(join(tmpdir(), 'caudal-grafana-'))
  try {
    const outfile = join(dir, 'data.mjs')
    await build({
      stdin: { contents: ENTRY, resolveDir: FOLDER },
      bundle: true,
      format: 'esm',
      platform: 'node',
      banner: { js: `${REQUIRE}\n${BROWSER}` },
      plugins: [withoutHooks],
      logLevel: 'error',
      outfile,
    })
    return transformOf(await import(outfile))
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

function transformOf(grafana: GrafanaData): Transform {
  const { standardTransformers, standardTransformersRegistry, getFieldDisplayName } = grafana
  const byId = new Map(Object.values(standardTransformers).map((one) => [one.id, one]))
  const all = [...byId.values()].map((one) => ({ id: one.id, name: one.name, transformation: one }))
  standardTransformersRegistry.setInit(() => all)
  return async (steps, frames) => {
    const before = frames.map((frame) => grafana.toDataFrame(frame))
    const after = await grafana.firstValueFrom(grafana.transformDataFrame(steps, before))
    return after.map((frame) =>
      Object.fromEntries(
        frame.fields.map((field) => [getFieldDisplayName(field, frame, after), Array.from(field.values)]),
      ),
    )
  }
}
