/**
 * The Autoscaling dashboard: its metrics are Knative's own, so only a cluster has them. Each panel has to have something
 * to draw, with the labels that its legend names, in the Prometheus that deploy started.
 *
 * It comes after the autoscaling itself: a rate over what waits for a pod needs an earlier cold start of the same revision.
 */
import { describe, expect, test } from 'vitest'
import { boards, legendLabels, panelsOf, type Target } from '../../../grafana/_testing/boards.ts'
import { checkServing } from '../../deploy/serving-version.ts'
import { until as ask } from '../../lib/until.ts'
import { kubectl, newProduct, until, untilZero } from './context.ts'
import { sell } from './kafka.ts'
import { type Query, type Sample, withPrometheus } from './prometheus.ts'

/** A cold start, then reports and scrapes each 5 s. */
const SEEN_MS = 120_000
const POLL_MS = 1_000
const VARIABLES: Readonly<Record<string, string>> = {
  $__rate_interval: '1m',
  $__interval: '5s',
  $__range: '30m',
}

const targets = boards
  .filter(({ uid }) => uid === 'caudal-autoscaling')
  .flatMap((board) => panelsOf(board))
  .flatMap(({ title, targets }) => targets.map((target) => ({ title, target })))

/** Something to draw: NaN is drawn as nothing. */
function drawable(target: Target, samples: readonly Sample[]): boolean {
  const labels = legendLabels(target)
  const ours = samples.filter((sample) => labels.every((label) => sample.labels[label] !== undefined))
  return ours.some(({ value }) => Number.isFinite(value))
}

async function nothingIn(query: Query): Promise<string[]> {
  const found = await Promise.all(
    targets.map(async ({ title, target }) => {
      const expr = (target.expr ?? '').replace(/\$__\w+/g, (name) => VARIABLES[name] ?? name)
      return drawable(target, await query(expr)) ? [] : [`${title}: ${expr}`]
    }),
  )
  return found.flat()
}

describe('the Autoscaling dashboard', () => {
  test('has values in every panel, from the autoscaler, the activator and the queue-proxies', async (context) => {
    const { warnings } = await checkServing(kubectl)
    context.skip(warnings.length > 0, warnings[0])
    expect(targets.length).toBeGreaterThan(0)
    await withPrometheus(async (query) => {
      await until("Prometheus reads Knative's own metrics", SEEN_MS, async () => {
        const up = await query('up{job="knative"}')
        return up.length === 2 && up.every(({ value }) => value === 1)
      })
      await untilZero()
      const product = newProduct('board')
      let missing: string[] = []
      await ask(
        async () => {
          await sell(product)
          missing = await nothingIn(query)
          return missing.length === 0
        },
        SEEN_MS,
        POLL_MS,
      )
      expect(missing).toEqual([])
    })
  })
})
