import { Parser } from '@asyncapi/parser'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { accept } from '../../_core/accept.ts'
import { domains } from '../../_core/domains/index.ts'
import { deadLetterTopic, registryOf, topicsOf } from '../../_core/registry.ts'
import { memoryPorts, memorySink } from '../../_testing/ports.ts'
import { ingestHandler } from '../handler.ts'
import { asyncApiDocument } from './asyncapi.ts'

interface Message {
  readonly headers?: object
  readonly payload: object
  readonly examples: readonly { readonly headers?: object; readonly payload: unknown }[]
}

const document = asyncApiDocument(registryOf(domains))
const { messages } = document.components as { messages: Readonly<Record<string, Message>> }
const ajv = new Ajv2020({ strict: false })
formats.default(ajv)
ajv.addSchema(document, 'document')

const fits = (value: unknown, pointer: string): boolean =>
  ajv.validate({ $ref: `document#/${pointer}` }, value)

describe('asyncapi.json', () => {
  it('is valid AsyncAPI 3', async () => {
    const { document: parsed, diagnostics } = await new Parser().parse(JSON.stringify(document))
    const told = diagnostics.map(({ code, message, path }) => `${code} ${path.join('.')}: ${message}`)
    // 3.1 adds nothing that is used here, and fewer tools read it.
    expect(told.filter((line) => !line.startsWith('asyncapi-latest-version'))).toEqual([])
    expect(parsed?.version()).toBe('3.0.0')
  })

  it('has a channel for each topic and its dead letters, and nothing else', () => {
    const topics = topicsOf(domains).flatMap((topic) => [topic, deadLetterTopic(topic)])
    expect(Object.keys(document.channels as object).sort()).toEqual(topics.sort())
  })

  it('is served', async () => {
    const { submit } = memorySink()
    const response = await ingestHandler({ ...memoryPorts(), submit }).request('/asyncapi.json')
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)))
  })

  it.each(Object.entries(messages))('has examples of %s that fit', (name, { headers, examples }) => {
    for (const example of examples) {
      expect(fits(example.payload, `components/messages/${name}/payload`)).toBe(true)
      if (headers) expect(fits(example.headers, `components/messages/${name}/headers`)).toBe(true)
    }
  })

  it('shows plain records that are read', () => {
    const plain = Object.keys(messages).filter((name) => name.startsWith('Plain'))
    expect(plain).toHaveLength(domains.length)
    for (const [index, name] of plain.entries()) {
      const domain = domains[index]
      for (const { payload } of messages[name]?.examples ?? []) {
        expect(() => domain && accept(domain, payload, 'absent')).not.toThrow()
      }
    }
  })
})
