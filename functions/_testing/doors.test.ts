/** Walks the registry: each example and each reject of each domain, through every door it applies to. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Door } from '../_core/domain.ts'
import { domains } from '../_core/domains/index.ts'
import { type Doors, openDoors, type Seen } from './doors.ts'

const ALL: readonly Door[] = ['http', 'bulk', 'procesar', 'cloudevent', 'grpc', 'record']
/** Success at each door: gRPC's OK is 0, and a KafkaSource gets no body. */
const OK: Readonly<Record<Door, number>> = {
  http: 200,
  bulk: 200,
  procesar: 200,
  cloudevent: 200,
  grpc: 0,
  record: 204,
}
const INVALID: Readonly<Record<Door, number>> = {
  http: 422,
  bulk: 422,
  procesar: 422,
  cloudevent: 422,
  grpc: 3,
  record: 422,
}

let doors: Doors
beforeAll(async () => {
  doors = await openDoors()
})
afterAll(() => doors.close())

describe.each(domains)('$name', (domain) => {
  it.each(ALL)('examples at %s', async (door) => {
    const applying = domain.examples.filter((example) => example.doors?.includes(door) ?? true)
    expect(applying).not.toEqual([])
    for (const { sent, stored } of applying) {
      const seen = await doors.send(door, domain, sent)
      expect(seen, JSON.stringify(sent)).toMatchObject({ status: OK[door], taken: [stored] })
    }
  })

  it.each(ALL)('rejects at %s', async (door) => {
    const answers: (Pick<Seen, 'answer'> & { why: string })[] = []
    for (const { sent, field, why, doors: applies } of domain.rejects) {
      if (applies?.includes(door) === false) continue
      const seen = await doors.send(door, domain, sent)
      expect(seen, why).toMatchObject({ status: INVALID[door], taken: [] })
      if (field !== undefined) expect(JSON.stringify(seen.answer), why).toContain(field)
      answers.push({ why, answer: seen.answer })
    }
    const golden = `${JSON.stringify(answers, null, 2)}\n`
    await expect(golden).toMatchFileSnapshot(`golden/${domain.name}.${door}.json`)
  })
})
