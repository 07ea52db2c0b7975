import { join } from 'node:path'
import { folderFiles, packageFiles } from '../assets/files.ts'

/** What `/docs` and the addresses under it answer. */
export const docsFiles = {
  ...folderFiles(join(import.meta.dirname, 'page')),
  ...packageFiles(['swagger-ui-dist/swagger-ui.css', 'swagger-ui-dist/swagger-ui-bundle.js']),
}
