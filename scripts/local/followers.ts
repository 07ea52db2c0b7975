/** The functions that look at the lives of things, each with the sources that deliver to it, and the inbox. */
import { join } from 'node:path'
import type { Domain } from '../../functions/_core/domain.ts'
import { transitionOf } from '../../functions/_core/effects/transition-data.ts'
import { followerDeadLetterTopic, topicsOf } from '../../functions/_core/registry.ts'
import { type FunctionName, LOCAL_HOST, stepOf } from '../../functions/_core/topology.ts'
import { REPO_DIR } from '../lib/paths.ts'
import { httpUrlOf, type Ports, type Servers, SOURCE } from '../lib/topology.ts'

export interface Spec {
  readonly name: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly url: string
}

/** Topics of things that have a life, each once. */
export const liveTopics = (domains: readonly Domain[]): readonly string[] =>
  topicsOf(domains.filter(transitionOf))

/** As its manifest says (knative/base/followers.yaml): longer than the function's own waits. */
const TIMEOUT_MS = 30_000

/** The sources of one follower: a group, a sink and dead letters of its own. */
export function followerSource(
  name: FunctionName,
  ports: Ports,
  { brokers }: Servers,
  domains: readonly Domain[],
): Spec {
  const port = ports[stepOf(name).follows?.sourcePort ?? 'SOURCE_PORT']
  const topics = liveTopics(domains)
  const deadLetters = topics.map((topic) => `${topic}=${followerDeadLetterTopic(topic, name)}`)
  return {
    name: `${SOURCE}-${name}`,
    args: [join(REPO_DIR, 'scripts/kafka-source/main.ts')],
    env: {
      KAFKA_BROKERS: brokers,
      READER: name,
      TOPICS: topics.join(','),
      // Each waits in its own time; what order they come in, their histories say.
      ORDERED_TOPICS: undefined,
      DEAD_LETTER_TOPICS: deadLetters.join(','),
      SINK_URL: `${httpUrlOf(name, ports)}/`,
      TIMEOUT_MS: String(TIMEOUT_MS),
      HTTP_PORT: String(port),
      PORT: undefined,
    },
    url: `http://${LOCAL_HOST}:${port}`,
  }
}

/** A mail server for people who look at what would be sent. */
export const inboxSpec = (ports: Pick<Ports, 'SMTP_PORT' | 'INBOX_PORT'>): Spec => ({
  name: 'inbox',
  args: [join(REPO_DIR, 'scripts/local/inbox/main.ts')],
  env: { SMTP_PORT: String(ports.SMTP_PORT), INBOX_PORT: String(ports.INBOX_PORT), PORT: undefined },
  url: `http://${LOCAL_HOST}:${ports.INBOX_PORT}`,
})
