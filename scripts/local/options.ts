/** The flags of `npm start`. */
import { Command, InvalidArgumentError, Option } from 'commander'
import type { FunctionName } from '../../functions/_core/topology.ts'

export interface StartOptions {
  /** An inbox, and the function that writes to it. */
  readonly mail: boolean
  /** The made-up carrier, which moves what has a life. */
  readonly carrier: boolean
  /** Of the load, in seconds; undefined until stopped. */
  readonly duration: number | undefined
  readonly users: number
  /** Requests a second, paced by Locust; undefined as fast as answers come. */
  readonly rate: number | undefined
  readonly domain: string
  /** What is refused behind the endpoints, too. */
  readonly mistakes: boolean
  readonly load: boolean
  readonly fresh: boolean
  /** Count the whole log again, whatever Valkey has lost or holds beside it. */
  readonly recount: boolean
  /** The console, in a browser. */
  readonly open: boolean
  /** Where to write the figures. */
  readonly json: string | undefined
}

const USERS = 64

/** Functions that run only when they are asked for. */
export const followersOf = ({ mail, carrier }: Pick<StartOptions, 'mail' | 'carrier'>): FunctionName[] => [
  ...(mail ? (['notifier'] as const) : []),
  ...(carrier ? (['carrier'] as const) : []),
]

export const startCommand = (domainNames: readonly string[]): Command =>
  new Command('start')
    .description('Runs the whole pipeline on this machine, under load, and shows that nothing is lost.')
    .option('--duration <seconds>', 'end the load after so long (default: until Ctrl-C)', whole)
    .option('--users <n>', 'clients of the load', whole, USERS)
    .option('--rate <n>', 'start so many requests a second (default: as fast as answers come)', positive)
    .addOption(
      new Option('--domain <name>', 'events the load sends').choices([...domainNames, 'all']).default('all'),
    )
    .option('--mistakes', 'the load also sends what is not allowed when it comes: dead letters', false)
    .option('--no-load', 'only run the pipeline, for your own requests')
    .option('--mail', 'a local inbox, and the function that tells by mail what becomes of things', false)
    .option('--carrier', 'a made-up carrier that moves things along their lives', false)
    .option('--fresh', "forget Kafka's and Valkey's data of earlier runs", false)
    .option('--open', 'open the console in a browser', false)
    .option('--recount', 'count the whole log again where Valkey does not know it', false)
    .option('--json <file>', 'write the figures there; exit with 1 when they do not reconcile')

/** @param given as commander reads it: an option without a value is left out */
export const optionsOf = ({ duration, rate, json, ...rest }: Record<string, unknown>): StartOptions =>
  ({ duration, rate, json, ...rest }) as StartOptions

function positive(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value < Number.POSITIVE_INFINITY))
    throw new InvalidArgumentError('It must be greater than 0.')
  return value
}

function whole(text: string): number {
  const value = positive(text)
  if (!Number.isInteger(value)) throw new InvalidArgumentError('It must be a whole number.')
  return value
}
