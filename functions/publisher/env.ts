/** Settings of the publisher. */
import * as z from 'zod'
import { RECORD_FORMS } from '../_adapters/kafka/record-writer.ts'
import { domains } from '../_core/domains/index.ts'
import { localAddress, PORTS } from '../_core/topology.ts'
import {
  commonSettings,
  endpointSettings,
  httpUrl,
  kafkaSettings,
  parseSettings,
  port,
  withTopics,
} from '../_runtime/settings.ts'

const shape = {
  ...commonSettings,
  ...endpointSettings,
  ...kafkaSettings,
  /** What a record is: all events of a send, or one event, as consumers of older topics read it. */
  KAFKA_RECORDS: z.enum(RECORD_FORMS).default('packed'),
  /** Who is asked what became of things. */
  CONSOLE_URL: httpUrl(`http://${localAddress('CONSOLE_PORT')}`),
  /** gRPC, when PORT is not set. */
  PUBLISHER_PORT: port(PORTS.PUBLISHER_PORT),
  /** Health and metrics by HTTP. */
  PUBLISHER_HTTP_PORT: port(PORTS.PUBLISHER_HTTP_PORT),
}

export const settings = () => parseSettings(shape, process.env)
export const knownDomains = () => withTopics(domains, process.env)
