/**
 * Files that a function needs at run time: scripts, pages, what web packages bring.
 *
 * There is one way for all of them. A module named `<what>.embedded.ts` reads them and exports them. Run from source,
 * that happens when it is imported; in a bundle, scripts/build/embed.ts has run the module and put what it exports in
 * its place, so that a function stays one file. Such a module exports texts, and files from here, and nothing else.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'

export interface EmbeddedFile {
  readonly bytes: Buffer
  /** Whether the bytes are a Brotli stream: they are in a bundle, not from source. */
  readonly brotli: boolean
}

/** By name; a file of a folder has its path from there, with `/`. */
export type EmbeddedFiles = Readonly<Record<string, EmbeddedFile>>

const require = createRequire(import.meta.url)

/**
 * Files of installed packages.
 *
 * @example
 * export const swaggerUi = packageFiles(['swagger-ui-dist/swagger-ui.css'])
 */
export const packageFiles = (names: readonly string[]): EmbeddedFiles =>
  Object.fromEntries(names.map((name) => [name, plainFile(require.resolve(name))]))

/**
 * Everything in a folder and the folders within: what a build of web pages made.
 *
 * @throws Error ENOENT when there is no such folder
 * @example
 * export const pages = folderFiles(join(import.meta.dirname, 'built'))
 * pages['assets/index.js']
 */
export function folderFiles(folder: string): EmbeddedFiles {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(paths.sort().map((path) => [relative(folder, path), plainFile(path)]))
}

const plainFile = (path: string): EmbeddedFile => ({ bytes: readFileSync(path), brotli: false })
