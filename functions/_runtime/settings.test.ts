import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { domains } from '../_core/domains/index.ts'
import { hostPort, httpUrl, kafkaSettings, listenAt, parseSettings, port, withTopics } from './settings.ts'

const shape = {
  OWN_PORT: port(8080),
  NEXT_ADDR: hostPort('127.0.0.1:1'),
  NEXT_URL: httpUrl('http://127.0.0.1'),
}

describe('settings', () => {
  it('have defaults, and an empty variable counts as not set', () => {
    expect(parseSettings(shape, { OWN_PORT: '' })).toEqual({
      OWN_PORT: 8080,
      NEXT_ADDR: '127.0.0.1:1',
      NEXT_URL: 'http://127.0.0.1',
    })
  })

  it('prefer their own name to an alias', () => {
    const aliases = { NEXT_ADDR: ['OLD_ADDR'] }
    expect(parseSettings(shape, { OLD_ADDR: 'old:2' }, aliases).NEXT_ADDR).toBe('old:2')
    expect(parseSettings(shape, { OLD_ADDR: 'old:2', NEXT_ADDR: 'new:3' }, aliases).NEXT_ADDR).toBe('new:3')
  })

  it('report all problems together, and no value', () => {
    const secret = { SECRET: z.string().regex(/^\d+$/, 'must be digits') }
    const environment = { OWN_PORT: 'http', NEXT_ADDR: 'nowhere', SECRET: 's3cret' }
    const report = () => parseSettings({ ...shape, ...secret }, environment)
    expect(report).toThrow(
      /OWN_PORT: must be a port number\n {2}NEXT_ADDR: must be host:port\n {2}SECRET: must be digits/,
    )
    expect(report).not.toThrow(/s3cret/)
  })

  it('list Kafka brokers', () => {
    expect(parseSettings(kafkaSettings, { KAFKA_BROKERS: 'a:1, b:2' }).KAFKA_BROKERS).toEqual(['a:1', 'b:2'])
    expect(() => parseSettings(kafkaSettings, { KAFKA_BROKERS: 'a' })).toThrow('KAFKA_BROKERS')
  })

  it('listen on every interface in a container, else only on this machine', () => {
    expect(listenAt(8080, 8081)).toEqual({ host: '0.0.0.0', port: 8080 })
    expect(listenAt(undefined, 8081)).toEqual({ host: '127.0.0.1', port: 8081 })
  })

  it('name other topics', () => {
    const two = domains.slice(0, 2)
    const topics = (environment: Record<string, string>) =>
      withTopics(two, environment).map(({ topic }) => topic)
    expect(topics({ KAFKA_TOPIC: 'a', KAFKA_TOPIC_VOTES: 'b' })).toEqual(['a', 'b'])
    expect(topics({ KAFKA_TOPIC: 'a', KAFKA_TOPIC_SALES: 'c' })).toEqual(['c', 'votos'])
    expect(topics({ KAFKA_TOPIC: 'a', KAFKA_TOPIC_SALES: '' })).toEqual(['a', 'votos'])
    expect(topics({})).toEqual(['ventas-blackfriday', 'votos'])
  })
})
