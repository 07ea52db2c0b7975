/** Walks the registry: each example and each reject of each domain, through every endpoint it applies to. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Endpoint } from '../_core/domain.ts'
import { domains } from '../_core/domains/index.ts'
import { type Endpoints, openEndpoints, type Seen } from './endpoints.ts'

const ALL: readonly Endpoint[] = ['http', 'bulk', 'procesar', 'cloudevent', 'grpc', 'record']
/** Success at each endpoint: gRPC's OK is 0, and a KafkaSource gets no body. */
const OK: Readonly<Record<Endpoint, number>> = {
  http: 200,
  bulk: 200,
  procesar: 200,
  cloudevent: 200,
  grpc: 0,
  record: 204,
}
const INVALID: Readonly<Record<Endpoint, number>> = {
  http: 422,
  bulk: 422,
  procesar: 422,
  cloudevent: 422,
  grpc: 3,
  record: 422,
}

let endpoints: Endpoints
beforeAll(async () => {
  endpoints = await openEndpoints()
})
afterAll(() => endpoints.close())

describe.each(domains)('$name', (domain) => {
  it.each(ALL)('examples at %s', async (endpoint) => {
    const applying = domain.examples.filter((example) => example.endpoints?.includes(endpoint) ?? true)
    // A plain record in a topic that several domains share is of the first.
    if (domain.part === undefined || endpoint !== 'record') expect(applying).not.toEqual([])
    for (const { sent, stored } of applying) {
      const seen = await endpoints.send(endpoint, domain, sent)
      expect(seen, JSON.stringify(sent)).toMatchObject({ status: OK[endpoint], taken: [stored] })
    }
  })

  it.each(ALL)('rejects at %s', async (endpoint) => {
    const answers: (Pick<Seen, 'answer'> & { why: string })[] = []
    for (const { sent, field, why, endpoints: applies } of domain.rejects) {
      if (applies?.includes(endpoint) === false) continue
      const seen = await endpoints.send(endpoint, domain, sent)
      expect(seen, why).toMatchObject({ status: INVALID[endpoint], taken: [] })
      if (field !== undefined) expect(JSON.stringify(seen.answer), why).toContain(field)
      answers.push({ why, answer: seen.answer })
    }
    const golden = `${JSON.stringify(answers, null, 2)}\n`
    await expect(golden).toMatchFileSnapshot(`golden/${domain.name}.${endpoint}.json`)
  })
})
