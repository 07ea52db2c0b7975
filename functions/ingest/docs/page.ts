/** The page to read and try the endpoints: Swagger UI, served by this function alone, so that it works without a network. */

/** Nothing may come from elsewhere; Swagger UI styles some elements in place. */
export const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"

export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Caudal: every endpoint, to read and try</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
<style>
body { margin: 0 }
@media (prefers-color-scheme: dark) { body { background: #1c2022 } }
/* There are no links, and their column is wider than a phone. */
.swagger-ui .response-col_links { display: none }
.dark-mode .swagger-ui .examples-select__section-label { color: #e4e6e6 }
</style>
</head>
<body>
<main id="endpoints"><noscript>This page needs JavaScript; <a href="openapi.json">openapi.json</a> does not.</noscript></main>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/page.js"></script>
</body>
</html>
`

/** The validator is a service elsewhere; the document is validated by a test instead. */
export const PAGE_SCRIPT = `const dark = matchMedia('(prefers-color-scheme: dark)')
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches)
dark.addEventListener('change', paint)
paint()
SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#endpoints',
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  validatorUrl: null,
})
`
