/** What deploy and undeploy are told on the command line. */
import { InvalidArgumentError, Option } from 'commander'

export const namespaceOption = new Option('--namespace <name>', 'namespace of everything').default(
  'blackfriday',
)
export const overlayOption = new Option(
  '--overlay <name>',
  'dev: fits in 2 cores; prod: three brokers, SCRAM, volumes',
)
  .choices(['dev', 'prod'])
  .default('dev')

/** Whole seconds, at least 1. */
export function seconds(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be whole seconds.')
  return value
}

/** An address as `http://HOST:PORT`. */
export function httpUrl(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw new InvalidArgumentError('It must be http://HOST:PORT.')
  return text
}
