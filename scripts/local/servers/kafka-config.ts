/** The broker's settings: one node that is broker and controller, on loopback, sized for two cores shared with all else. */

export interface KafkaConfig {
  dataDir: string
  port: number
  controllerPort: number
}

/** server.properties */
export function kafkaProperties({ dataDir, port, controllerPort }: KafkaConfig): string {
  const settings = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    // Static, so that the controller may have another port at each start.
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}`,
    'log.dirs': dataDir,
    // A typo must not make a topic.
    'auto.create.topics.enable': false,
    // One broker, one copy.
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    // A handful of groups: the default of 50 partitions is 50 files to open at each start.
    'offsets.topic.num.partitions': 2,
    'transaction.state.log.num.partitions': 2,
    'share.coordinator.state.topic.num.partitions': 2,
    // Nobody else joins a moment later, so a new consumer need not wait 3 s for others.
    'group.initial.rebalance.delay.ms': 0,
    // After kill -9 it is let in again when its former self's session has run out; 9 s by default.
    'broker.session.timeout.ms': 4_000,
    'broker.heartbeat.interval.ms': 500,
    'num.network.threads': 2,
    'num.io.threads': 2,
    'num.recovery.threads.per.data.dir': 2,
    'background.threads': 2,
    // On the heap, 128 MiB by default, for a compacted topic of a few offsets.
    'log.cleaner.dedupe.buffer.size': 4 * 1024 * 1024,
    // Retention drops whole segments; half of 1 GiB keeps a small disk small.
    'log.segment.bytes': 512 * 1024 * 1024,
  }
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

/** One line per event, to stdout, which is the log file. */
export const LOG4J2_YAML = `Configuration:
  status: warn
  Appenders:
    Console:
      name: stdout
      PatternLayout:
        pattern: "%d{ISO8601} %p %m (%c{1})%n%throwable"
  Loggers:
    Root:
      level: warn
      AppenderRef:
        - ref: stdout
    Logger:
      - name: kafka.server.KafkaRaftServer
        level: info
`
