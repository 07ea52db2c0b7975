/** Files of web packages that functions serve to browsers, with their media types. */
export const ASSETS = {
  'swagger-ui-dist/swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-dist/swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
} as const

export type AssetName = keyof typeof ASSETS
