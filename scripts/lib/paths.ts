/** Where things are: everything that is installed or written at run time is under `.caudal/`, which git ignores. */
import { resolve } from 'node:path'

export const REPO_DIR = resolve(import.meta.dirname, '../..')
export const CAUDAL_DIR = resolve(REPO_DIR, '.caudal')
export const LOG_DIR = resolve(CAUDAL_DIR, 'logs')
