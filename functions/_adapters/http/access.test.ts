import { describe, expect, it } from 'vitest'
import { accessOf, commonSettings, parseSettings } from '../../_runtime/settings.ts'
import { memoryPorts } from '../../_testing/ports.ts'
import { createApp } from './app.ts'

const settings = (environment: Record<string, string>) => parseSettings(commonSettings, environment)

function appWith(environment: Record<string, string>) {
  const app = createApp({ ...memoryPorts(), access: accessOf(settings(environment)) })
  app.post('/x', (c) => c.text('done', 200, { 'event-id': '1' }))
  return async (method: string, headers: Record<string, string>, path = '/x') => {
    const answer = await app.request(path, { method, headers: { host: 'localhost', ...headers } })
    return { status: answer.status, header: (name: string) => answer.headers.get(name) }
  }
}

describe('Host', () => {
  it.each([
    ['127.0.0.1:8080', 200],
    ['localhost', 200],
    ['LOCALHOST:1', 200],
    ['[::1]:8080', 200],
    ['evil.example', 421],
    ['localhost.evil.example:8080', 421],
    ['127.0.0.1.nip.io', 421],
    ['', 421],
  ])('%s on one machine: %i', async (host, status) => {
    const ask = appWith({})
    expect((await ask('POST', { host })).status).toBe(status)
    expect((await ask('GET', { host }, '/health')).status).toBe(status)
  })

  it('may be another name when it is listed', async () => {
    const ask = appWith({ ALLOWED_HOSTS: 'host.docker.internal, Caja' })
    expect((await ask('POST', { host: 'host.docker.internal:8080' })).status).toBe(200)
    expect((await ask('POST', { host: 'caja' })).status).toBe(200)
    expect((await ask('POST', { host: 'otra' })).status).toBe(421)
  })

  it('is anything in a container, which has names it does not know', async () => {
    expect((await appWith({ PORT: '8080' })('POST', { host: 'ingest.blackfriday.svc' })).status).toBe(200)
  })
})

describe('CORS', () => {
  const origin = 'https://tienda.example'
  const preflight = {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,idempotency-key',
  }

  it('is off by default', async () => {
    const ask = appWith({})
    expect((await ask('OPTIONS', preflight)).header('access-control-allow-origin')).toBeNull()
    expect((await ask('POST', { origin })).header('access-control-allow-origin')).toBeNull()
  })

  it('lets pages of the listed origins ask, and read what they need', async () => {
    const ask = appWith({ CORS_ORIGINS: `http://localhost:3000, ${origin}` })
    const asked = await ask('OPTIONS', preflight)
    expect(asked.status).toBe(204)
    expect(asked.header('access-control-allow-origin')).toBe(origin)
    expect(asked.header('access-control-allow-methods')).toContain('POST')
    expect(asked.header('access-control-allow-headers')).toBe('content-type,idempotency-key')
    expect(asked.header('vary')).toContain('Origin')
    const answer = await ask('POST', { origin })
    expect(answer.header('access-control-allow-origin')).toBe(origin)
    expect(answer.header('access-control-expose-headers')).toContain('event-id')
    expect(answer.header('vary')).toContain('Origin')
    // A page has to read why it was refused, too.
    expect((await ask('POST', { origin }, '/nada')).header('access-control-allow-origin')).toBe(origin)
  })

  it('lets no other page ask', async () => {
    const ask = appWith({ CORS_ORIGINS: origin })
    for (const other of ['https://evil.example', 'https://tienda.example.evil', 'null']) {
      expect(
        (await ask('OPTIONS', { ...preflight, origin: other })).header('access-control-allow-origin'),
      ).toBeNull()
    }
  })

  it('may be for all, and an OPTIONS that is no preflight is one like any other', async () => {
    const ask = appWith({ CORS_ORIGINS: '*' })
    expect((await ask('OPTIONS', preflight)).header('access-control-allow-origin')).toBe('*')
    expect((await ask('OPTIONS', { origin })).header('allow')).toBe('POST, OPTIONS')
  })

  it.each(['tienda.example', 'https://tienda.example/', 'ftp://x'])('takes no origin like %s', (bad) => {
    expect(() => settings({ CORS_ORIGINS: bad })).toThrow('CORS_ORIGINS')
  })
})
