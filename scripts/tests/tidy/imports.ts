/** Which module imports which. */
import { join } from 'node:path/posix'
import { type Source, withoutComments } from './sources.ts'

export interface Import {
  readonly from: string
  /** A path from the root, or a package. */
  readonly to: string
}

export function importsOf({ path, text }: Source): readonly Import[] {
  const found = withoutComments(text).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*'([^'\n]+)'/g)
  return Array.from(found, ([, to = '']) => ({
    from: path,
    to: to.startsWith('.') ? join(path, '..', to) : to,
  }))
}

/** `functions/<owner>/…`: a shared folder beginning with `_`, or a function; undefined outside functions/. */
const ownerOf = (path: string): string | undefined => /^functions\/([^/]+)\//.exec(path)?.[1]

/**
 * Imports go main → _adapters, _runtime → _core ← handler: a function's files may use its own folder, _core and
 * _adapters, its main.ts and env.ts _runtime too; no function knows another. Dashboards know what is in _core alone.
 */
export function mayImport({ from, to }: Import): boolean {
  const [owner, target] = [ownerOf(from), ownerOf(to)]
  if (from.startsWith('grafana/'))
    return target === undefined ? !to.startsWith('scripts/') : target === '_core'
  if (owner === undefined) return target === undefined || SHARED.has(target)
  if (target === undefined) return !to.startsWith('scripts/') && (owner !== '_core' || CORE_PACKAGES.test(to))
  if (target === owner) return true
  if (owner.startsWith('_')) return target === '_core' && owner !== '_core'
  if (target === '_runtime') return /\/(main|env)\.ts$/.test(from)
  return target === '_core' || target === '_adapters'
}

const SHARED = new Set(['_core', '_adapters', '_runtime'])
const CORE_PACKAGES = /^(zod|@bufbuild\/protobuf\/wire)$/
