import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const read = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')

/** The script that counts a batch, with what it includes; its header is the contract. */
export const APPLY_LUA = read('apply.lua').replace(/^--- include (\S+)$/gm, (_, name: string) => read(name))
