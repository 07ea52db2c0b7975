import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The script that counts a batch; its header is the contract. */
export const APPLY_LUA = readFileSync(join(import.meta.dirname, 'apply.lua'), 'utf8')
