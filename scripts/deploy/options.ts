/** What deploy and undeploy are told on the command line. */
import { Option } from 'commander'

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
  if (!Number.isInteger(value) || value < 1) throw new Error(`${text} is no number of seconds`)
  return value
}
