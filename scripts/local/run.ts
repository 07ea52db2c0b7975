/**
 * One run: start everything, finish what an earlier run left, load, wait until all is counted, reconcile, stop.
 *
 * An interruption before the load ends the run without a summary; from then on it ends the load, and the rest follows.
 */
import { writeFile } from 'node:fs/promises'
import type { Domain } from '../../functions/_core/domain.ts'
import { registryOf } from '../../functions/_core/registry.ts'
import { ENDPOINTS } from '../../functions/_core/topology.ts'
import { type Baseline, baselineOf, evidenceOf, type LedgerContext } from '../ledger/evidence.ts'
import { type Check, checksOf } from '../ledger/reconcile.ts'
import { httpUrlOf, SOURCE } from '../lib/topology.ts'
import { UserError } from '../lib/user-error.ts'
import type { StartSettings } from './env.ts'
import { Interrupted, type Interruption } from './interruption.ts'
import { installLoad, LOAD, type Load, startLoad } from './load.ts'
import { followersOf, type StartOptions } from './options.ts'
import { besideFollowers, type Part, sourcePart, startPart } from './parts.ts'
import type { Death } from './processes/child.ts'
import { installServers } from './servers/install.ts'
import { Closing, openSystem, type System } from './system.ts'
import { addressesOf, requestToPaste } from './view/addresses.ts'
import { readBoards } from './view/board.ts'
import { Figures, type Loss, lossLine } from './view/figures.ts'
import { openInBrowser } from './view/open.ts'
import { Probe } from './view/probes.ts'
import { resultOf, summaryOf } from './view/summary.ts'
import type { View } from './view/view.ts'

export interface RunOptions {
  readonly settings: StartSettings
  readonly options: StartOptions
  readonly domains: readonly Domain[]
  readonly interruption: Interruption
  readonly view: View
}

const VIEW_MS = 1_000
const EXIT_INTERRUPTED = 130
/** After the first Ctrl-C or TERM; the figures then say what it waits for just now. */
const STOPPING =
  'Stopping: waits for what is in hand, then counts and compares what was stored. Ctrl-C again ends it at once.'
const FOR_EVER = new Promise<undefined>(() => {})

/** @returns the exit code @throws UserError for what a person can mend */
export async function run(all: RunOptions): Promise<number> {
  const { interruption, view } = all
  const closing = new Closing()
  interruption.signal.addEventListener('abort', () => view.say(STOPPING))
  try {
    const prepared = await prepare(all, closing)
    const reconciled = await measure(prepared, all)
    if (interruption.signal.aborted) return EXIT_INTERRUPTED
    return reconciled ? 0 : 1
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error
    view.say('Stopped before the load began.')
    return EXIT_INTERRUPTED
  } finally {
    view.close()
    await closing.run()
  }
}

interface Prepared {
  readonly system: System
  /** Locust's interpreter; undefined without load. */
  readonly python: string | undefined
  readonly before: Baseline
  /** The pipeline's own first. */
  readonly sources: readonly Part[]
}

/** Everything runs, and what an earlier run left is counted. Each step ends before an interruption is heeded. */
async function prepare(all: RunOptions, closing: Closing): Promise<Prepared> {
  const { settings, options, domains, interruption, view } = all
  const { signal } = interruption
  const { say } = view
  const python = options.load ? (await installLoad()).python : undefined
  await installServers({
    kafka: settings.KAFKA_BROKERS === undefined,
    valkey: settings.VALKEY_URL === undefined,
  })
  signal.throwIfAborted()
  say('Starting everything: about 10 s')
  const onDeath = (death: Death): void => {
    if (death.name !== LOAD) view.say(deathLine(death))
  }
  const system = await openSystem({ settings, domains, options, signal, say, onDeath }, closing)
  signal.throwIfAborted()
  const { looked, repaired } = await system.watch.repairAtStart()
  if (repaired > 0) say(`Valkey had lost ${repaired} events of the last ${looked}: they are counted again`)
  const source = sourcePart(settings, system.servers, domains)
  await startPart(system.processes, source)
  await finishEarlierRun(system, new Probe(system.processes.get(SOURCE), `${source.url}/stats`), say)
  signal.throwIfAborted()
  const before = await baselineOf(ledgerOf(system, all))
  // Not before: what they say would be part of the earlier run. A carrier goes on at once with what one had in hand.
  const beside = besideFollowers(settings, system.servers, domains, followersOf(options))
  for (const part of beside) await startPart(system.processes, part)
  signal.throwIfAborted()
  view.say(
    addressesOf(
      system,
      settings,
      source.url,
      beside.some(({ name }) => name === 'inbox'),
    ),
  )
  if (options.open) openInBrowser(httpUrlOf('console', settings), say)
  return {
    system,
    python,
    before,
    sources: [source, ...beside.filter(({ name }) => name.startsWith(SOURCE))],
  }
}

/** The ledger as it is now: a Valkey that came back is another connection. */
const ledgerOf = ({ kafka, watch }: System, { domains, settings }: RunOptions): LedgerContext => ({
  kafka,
  valkey: watch.valkey,
  positions: watch.positions,
  registry: registryOf(domains),
  prefix: settings.VALKEY_PREFIX,
  generations: watch.generations,
})

async function finishEarlierRun(
  { watch }: System,
  source: Probe,
  say: (line: string) => void,
): Promise<void> {
  const tell = (): void => {
    if (watch.lag > 0) say(`Counting what an earlier run left: ${watch.lag} records`)
    void source.ask()
  }
  tell()
  const timer = setInterval(tell, VIEW_MS)
  await watch.drained(() => source.problem).finally(() => clearInterval(timer))
}

/** The load, until it ends or is ended, and what came of it. @returns whether all reconciled */
async function measure({ system, python, before, sources }: Prepared, all: RunOptions): Promise<boolean> {
  const { settings, options, domains, view } = all
  const prefix = settings.VALKEY_PREFIX
  const probes = probesOf(system, sources, settings)
  await Promise.all(probes.map((probe) => probe.ask()))
  const boards = await readBoards(system.watch.valkey, domains, prefix)
  const figures = new Figures({ watch: system.watch, probes, domains, prefix, boards })
  const load = python === undefined ? undefined : await beginLoad(system, python, all)
  if (load === undefined) view.say(requestToPaste(system, settings, domains))
  else figures.follow(load, new Probe(load.child))
  figures.run()
  const timer = setInterval(() => view.show(figures.now()), VIEW_MS)
  try {
    await loadAndDrain(system, load, figures, all)
  } finally {
    clearInterval(timer)
    await figures.stop()
  }
  view.show(figures.now())
  view.close()
  view.say('Reading the log of this run again, to compare')
  const evidence = await evidenceOf(ledgerOf(system, all), before, load && figures.loadEvidence(load))
  const checks = [...checksOf(evidence), lostNothing(figures.lost), agreement(system.watch.disagreement)]
  const result = resultOf(evidence, checks, figures)
  view.say(summaryOf(result, checks))
  if (options.json !== undefined) await writeFile(options.json, `${JSON.stringify(result, null, 2)}\n`)
  return result.reconciled
}

const lostNothing = (loss: Loss): Check => ({
  rule: 'the sources lost no record',
  holds: loss.count === 0,
  detail: lossLine(loss) ?? 'delivered or dead letters, all of them',
})

const agreement = (problem: string | undefined): Check => ({
  rule: 'Kafka and Valkey belong together',
  holds: problem === undefined,
  detail: problem ?? 'the same epoch, and the same topics',
})

async function loadAndDrain(
  { processes, watch }: System,
  load: Load | undefined,
  figures: Figures,
  { interruption, view, options }: RunOptions,
): Promise<void> {
  const followers = followersOf(options)
  await interruption.orWhen(load?.child.exited() ?? FOR_EVER).catch(() => {})
  if (load !== undefined) figures.waitFor(() => 'the load, which finishes its requests')
  await load?.child.stop()
  await figures.look()
  if (load !== undefined && !figures.loadIsComplete && !interruption.signal.aborted) {
    throw new UserError(`The load ended early. The end of ${load.child.logFile}:\n${load.child.logTail()}`)
  }
  // What others may still send would blur the figures; each endpoint finishes what it has in hand.
  const stopped = followers.includes('carrier') ? [`${SOURCE}-carrier`, 'carrier', ...ENDPOINTS] : ENDPOINTS
  for (const name of stopped) {
    figures.waitFor(() => `${name}, which finishes what it has in hand`)
    await processes.get(name).stop()
  }
  figures.waitFor(() => `${watch.lag} records to be counted`)
  // What cannot be counted shows in the figures.
  await watch.drained(() => figures.problem).catch((error) => view.say(String(error.message)))
}

function beginLoad(system: System, python: string, { settings, options }: RunOptions): Promise<Load> {
  const [host, publisher] = [
    `http://127.0.0.1:${settings.INGEST_PORT}`,
    `127.0.0.1:${settings.PUBLISHER_PORT}`,
  ]
  return startLoad(system.processes, { python, host, publisher, dir: settings.CAUDAL_DATA }, options)
}

function probesOf(
  { processes, functions }: System,
  sources: readonly Part[],
  { KAFKA_BROKERS, VALKEY_URL }: StartSettings,
): Probe[] {
  const servers = [...(KAFKA_BROKERS ? [] : ['kafka']), ...(VALKEY_URL ? [] : ['valkey'])]
  return [
    ...functions.map(({ name, url }) => new Probe(processes.get(name), `${url}/metrics`)),
    ...sources.map(({ name, url }) => new Probe(processes.get(name), `${url}/stats`)),
    ...servers.map((name) => new Probe(processes.get(name))),
  ]
}

function deathLine({ name, signal, exitCode, restartInMs }: Death): string {
  const how = signal === undefined ? `ended with ${exitCode}` : `was ended by ${signal}`
  return restartInMs === undefined ? `${name} ${how}` : `${name} ${how}; it starts again`
}
