import { Registry } from 'prom-client'
import { expect, it } from 'vitest'
import { counterIn, histogramIn } from './metric-series.ts'

const linesOf = async (registry: Registry): Promise<string[]> =>
  (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('# HELP'))

it('counts each set of labels by itself, whoever counts', async () => {
  const registry = new Registry()
  const counter = counterIn(registry, { name: 'answers_total', help: 'Answers' })
  const ok = counter({ code: '200' })
  ok()
  counter({ code: '422' })(3)
  counter({ code: '200' })(0.5)
  ok()
  expect(await linesOf(registry)).toEqual([
    '# TYPE answers_total counter',
    'answers_total{code="200"} 2.5',
    'answers_total{code="422"} 3',
  ])
})

it('counts a value in each bucket whose bound it does not exceed', async () => {
  const registry = new Registry()
  const observe = histogramIn(registry, { name: 'size', help: 'Sizes', buckets: [1, 2.5] })({ to: 'a"b' })
  for (const value of [0, 1, 1.5, 2.5, 2.75]) observe(value)
  expect(await linesOf(registry)).toEqual([
    '# TYPE size histogram',
    'size_bucket{le="1",to="a\\"b"} 2',
    'size_bucket{le="2.5",to="a\\"b"} 4',
    'size_bucket{le="+Inf",to="a\\"b"} 5',
    'size_sum{to="a\\"b"} 7.75',
    'size_count{to="a\\"b"} 5',
  ])
})
