import { join } from 'node:path'
import { folderFiles } from '../../_adapters/assets/files.ts'

/** The pages, as `npm run build` made them from ../web. */
export const pageFiles = folderFiles(join(import.meta.dirname, '../../../.caudal/web/current'))
