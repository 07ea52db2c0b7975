import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { domains } from '../../_core/domains/index.ts'
import { ERRORS, type ErrorCode, Failure } from '../../_core/errors.ts'
import { registryOf } from '../../_core/registry.ts'
import { memoryPorts, memorySink } from '../../_testing/ports.ts'
import { ingestHandler } from '../handler.ts'
import { openApiDocument } from './openapi.ts'

interface Body {
  readonly schema: object
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>
}
type Bodies = Readonly<Record<string, Body>>
interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly example?: unknown }[]
  readonly requestBody: { readonly content: Bodies }
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content: Bodies }>>
}
type Paths = Readonly<Record<string, { readonly post?: Operation; readonly get?: Operation }>>

const document = openApiDocument(registryOf(domains))
const paths = document.paths as Paths
const posts = Object.entries(paths).flatMap(([path, { post }]) => (post ? [{ path, post }] : []))

const ajv = new Ajv2020({ strict: false })
formats.default(ajv)
ajv.addSchema(document, 'document')
const checks = new Map<string, ReturnType<typeof ajv.compile>>()
/** What is wrong with `value` by the schema at this place of the document. */
function faults(value: unknown, ...place: readonly (string | number)[]) {
  const pointer = place.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')
  const check = checks.get(pointer) ?? ajv.compile({ $ref: `document#/${encodeURI(pointer)}` })
  checks.set(pointer, check)
  return check(value) ? [] : check.errors
}

function ingest(failure?: Failure) {
  const { submit } = memorySink(() => failure)
  return ingestHandler({ ...memoryPorts(), submit })
}

/** A path with its parameters as the document shows them. */
const filled = (path: string): string =>
  (paths[path]?.post?.parameters ?? []).reduce(
    (whole, { name, example }) => whole.replace(`{${name}}`, String(example)),
    path,
  )
const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
const send = (path: string, type: string, value: unknown, headers: object = {}, failure?: Failure) =>
  ingest(failure).request(filled(path), {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: text(value),
  })

/** Checks that an answer is one of those the document promises. */
async function expectDocumented(path: string, method: 'post' | 'get', response: Response): Promise<void> {
  const { status } = response
  const type = (response.headers.get('content-type') ?? '').split(';')[0] ?? ''
  const promised = paths[path]?.[method]?.responses[status]
  const named = promised?.$ref?.split('/').at(-1)
  const place = named
    ? ['components', 'responses', named]
    : ['paths', path, method, 'responses', String(status)]
  const body = type.endsWith('json') ? await response.json() : await response.text()
  expect(
    faults(body, ...place, 'content', type, 'schema'),
    `${path} ${status} ${JSON.stringify(body)}`,
  ).toEqual([])
  expect(response.headers.has('retry-after')).toBe(status === 429 || (status === 503 && method === 'post'))
}

/** In binary mode the attributes are headers; an example there is named after its domain. */
const binaryHeaders = (path: string, type: string, example: string): Record<string, string> =>
  path === '/' && type === 'application/json'
    ? {
        'ce-specversion': '1.0',
        'ce-id': 'example-1',
        'ce-source': '/example',
        'ce-type': domains.find(({ name }) => name === example)?.type ?? '',
      }
    : {}

const examples = posts.flatMap(({ path, post }) =>
  Object.entries(post.requestBody.content).flatMap(([type, body]) =>
    Object.entries(body.examples ?? {}).map(([name, { value }]) => ({ path, type, name, value })),
  ),
)

describe('openapi.json', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(structuredClone(document))
    expect(result).toMatchObject({ valid: true })
  })

  it('has every route of the handler but its own, and no other', () => {
    const routes = ingest()
      .routes.filter(({ path }) => !/^\/(docs|openapi\.json|asyncapi\.json)/.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    )
    // A route is listed once for each of its middlewares.
    expect(documented.sort()).toEqual([...new Set(routes)].sort())
  })

  it('is served, the same each time', async () => {
    const app = ingest()
    const [first, second] = [await app.request('/openapi.json'), await app.request('/openapi.json')]
    expect(first.headers.get('content-type')).toBe('application/json')
    expect(await first.json()).toEqual(JSON.parse(JSON.stringify(document)))
    expect(second.status).toBe(200)
  })
})

describe('the examples', () => {
  it.each(examples)(
    '$path $type $name fits its schema and is stored',
    async ({ path, type, name, value }) => {
      expect(faults(value, 'paths', path, 'post', 'requestBody', 'content', type, 'schema')).toEqual([])
      const response = await send(path, type, value, binaryHeaders(path, type, name))
      expect(response.status).toBe(200)
      const answer = await response.clone().text()
      expect(answer).not.toContain('indice')
      await expectDocumented(path, 'post', response)
    },
  )

  it('show every route of every domain', () => {
    const shown = new Set(examples.map(({ path }) => path))
    expect(domains.flatMap(({ routes }) => routes.filter(({ path }) => !shown.has(path)))).toEqual([])
  })
})

describe('the answers', () => {
  const rejects = domains.flatMap(({ routes, rejects }) =>
    routes.flatMap(({ path }) =>
      rejects
        .filter(({ endpoints }) => endpoints === undefined || endpoints.includes('http'))
        // What the path says is not read from the body.
        .filter(({ field }) => field === undefined || !path.includes(`{${field}}`))
        .map(({ sent, why }) => ({ path, sent, why })),
    ),
  )
  it.each(rejects)('$path to $why is a documented 422', async ({ path, sent }) => {
    const response = await send(path, 'application/json', JSON.stringify(sent))
    expect(response.status).toBe(422)
    await expectDocumented(path, 'post', response)
  })

  const codes = (Object.keys(ERRORS) as ErrorCode[]).filter(
    (code) => ERRORS[code].http !== 404 && ERRORS[code].http !== 405,
  )
  it.each(codes)('when the next step says %s are documented at every endpoint', async (code) => {
    for (const { path, type, name, value } of examples) {
      const failure = new Failure(code, 'told so')
      const response = await send(path, type, value, binaryHeaders(path, type, name), failure)
      expect(response.status).toBe(ERRORS[code].http)
      await expectDocumented(path, 'post', response)
    }
  })

  it.each(codes)('have an example of %s that fits', (code) => {
    const place = ['components', 'responses', code, 'content', 'application/problem+json']
    const { responses } = document.components as {
      responses: Record<string, { content: Record<string, { example: unknown }> }>
    }
    const example = responses[code]?.content['application/problem+json']?.example
    expect(faults(example, ...place, 'schema')).toEqual([])
  })

  it.each(['/health', '/ready', '/live', '/metrics'])('of %s are documented', async (path) => {
    await expectDocumented(path, 'get', await ingest().request(path))
    const { submit } = memorySink()
    const stopping = ingestHandler({ ...memoryPorts(), submit, readiness: () => 'stopping' })
    await expectDocumented(path, 'get', await stopping.request(path))
  })
})
