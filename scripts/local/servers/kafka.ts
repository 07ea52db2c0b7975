/** A real Apache Kafka on this machine: KRaft, one node, data in a folder that outlives it. */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { Kafka, logLevel } from 'kafkajs'
import { freePort } from '../../lib/free-port.ts'
import { UserError } from '../../lib/user-error.ts'
import { Processes } from '../processes/processes.ts'
import { untilReady } from '../processes/ready.ts'
import { javaBinary } from './java.ts'
import { kafkaProperties, LOG4J2_YAML } from './kafka-config.ts'
import { kafkaJars } from './kafka-jars.ts'

/** After a kill -9 it checks its log segments first, so this is far more than the 3 to 6 s that it takes as a rule. */
const READY_DEADLINE_MS = 90_000
const PROBE_MS = 1_000
const CLUSTER_ID = 'Y2F1ZGFsLW9uLW9uZS1tYWM'
/**
 * Sized for two cores shared with all else. Without the second compiler it starts with half of the CPU time (3 s
 * instead of 6) and needs less than half per record in its first 15 s; the serial collector suits this small a heap.
 */
const JVM = [
  '-Xms256m',
  '-Xmx512m',
  '-XX:TieredStopAtLevel=1',
  '-XX:+UseSerialGC',
  '-Djava.awt.headless=true',
]

export interface KafkaOptions {
  /** Its data; made if it is not there. */
  dir: string
  port: number
  /** Starts, restarts and stops it under this name. Default: processes of its own, without restarts. */
  processes?: Processes
  /** Default: kafka */
  name?: string
}

export interface KafkaServer {
  /** host:port */
  brokers: string
  readonly pid: number
  stop: () => Promise<void>
}

/**
 * Starts it and waits until it takes requests.
 * @throws UserError when it does not start: jars missing, folder corrupt, port taken
 */
export async function startKafka(options: KafkaOptions): Promise<KafkaServer> {
  const { dir, port, name = 'kafka' } = options
  const classpath = join(await kafkaJars(), '*')
  const java = await javaBinary()
  const config = join(dir, 'server.properties')
  const log4j = join(dir, 'log4j2.yaml')
  const dataDir = join(dir, 'data')
  await mkdir(dir, { recursive: true })
  const controllerPort = await freePort([port])
  await writeFile(config, kafkaProperties({ dataDir, port, controllerPort }))
  await writeFile(log4j, LOG4J2_YAML)
  const jvm = [...JVM, `-Dlog4j2.configurationFile=${log4j}`, '-cp', classpath]
  if (!existsSync(join(dataDir, 'meta.properties'))) await format(java, jvm, config)
  const processes = options.processes ?? new Processes()
  const restart = options.processes !== undefined
  const child = processes.start({ name, command: java, args: [...jvm, 'kafka.Kafka', config], restart })
  const brokers = `127.0.0.1:${port}`
  if (!(await untilReady(child, () => kafkaAnswers(brokers), READY_DEADLINE_MS))) {
    throw new UserError(
      `Kafka did not start. If its data folder ${dir} is corrupt, \`npm start -- --fresh\` forgets it. ` +
        `The end of ${child.logFile}:\n${child.logTail()}`,
    )
  }
  return {
    brokers,
    get pid() {
      return child.pid
    },
    stop: () => child.stop(),
  }
}

/** Whether a broker is there and has joined the cluster. @param brokers host:port, comma separated */
export async function kafkaAnswers(brokers: string): Promise<boolean> {
  const admin = new Kafka({
    brokers: brokers.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: PROBE_MS,
    requestTimeout: PROBE_MS,
    retry: { retries: 0 },
  }).admin()
  try {
    await admin.connect()
    return (await admin.describeCluster()).brokers.length > 0
  } catch {
    return false
  } finally {
    await admin.disconnect()
  }
}

async function format(java: string, jvm: readonly string[], config: string): Promise<void> {
  const args = [...jvm, 'kafka.tools.StorageTool', 'format', '-t', CLUSTER_ID, '-c', config]
  const result = await execa(java, args, { reject: false, all: true })
  if (result.failed) throw new UserError(`Kafka could not format its data folder:\n${result.all}`)
}
