import type { MiddlewareHandler } from 'hono'
import { expect, it } from 'vitest'
import { Failure } from '../../_core/errors.ts'
import { countingMetrics, memoryPorts } from '../../_testing/ports.ts'
import { createApp, endpoint } from './app.ts'

it('what a middleware refuses behind the endpoint is a problem, and is counted', async () => {
  const { metrics, counted } = countingMetrics()
  const ports = { ...memoryPorts(), metrics }
  const refuseStrangers: MiddlewareHandler = async (c, next) => {
    if (c.req.header('authorization') === undefined) throw new Failure('invalid', 'who are you?')
    await next()
  }
  const failures: string[] = []
  const app = createApp(ports)
  const seen = endpoint('/x', ports, ({ message }) => void failures.push(message))
  app.post('/x', seen, refuseStrangers, (c) => c.text('done'))

  const refused = await app.request('/x', { method: 'POST' })
  expect(refused.status).toBe(422)
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  const answered = await app.request('/x', { method: 'POST', headers: { authorization: 'me' } })
  expect(await answered.text()).toBe('done')
  expect(failures).toEqual(['who are you?'])
  expect(counted).toEqual({
    'requestSeconds endpoint=/x': 2,
    'requests endpoint=/x code=422': 1,
    'requests endpoint=/x code=200': 1,
  })
})

it('a defect is answered 500 without its text, counted and logged', async () => {
  const { metrics, counted } = countingMetrics()
  const ports = { ...memoryPorts(), metrics }
  const app = createApp(ports)
  app.post('/x', endpoint('/x', ports), () => {
    throw new TypeError('secret')
  })
  const answer = await app.request('/x', { method: 'POST' })
  expect(answer.status).toBe(500)
  expect(await answer.text()).not.toContain('secret')
  expect(counted).toEqual({ 'requestSeconds endpoint=/x': 1, 'requests endpoint=/x code=500': 1 })
  expect(ports.log.lines.map(({ level, message }) => [level, message])).toContainEqual(['error', 'defect'])
})
