/** The figures of a step as texts, in one order for the picture and for the table. */
import type { Step } from '../../../api.ts'
import { bytes, cores, duration, integer, rate } from '../../i18n/format.ts'
import { messages } from '../../i18n/locale.ts'

export interface StepFigure {
  readonly name: string
  readonly head: string
  /** Undefined: nothing is known. */
  readonly text: string | undefined
}

const known = (value: number | null, show: (value: number) => string): string | undefined =>
  value === null ? undefined : show(value)

const milliseconds = (value: number): string => duration(value / 1000)

export function figuresOfStep(step: Step): readonly StepFigure[] {
  const { queueItems, queueLimit } = step
  const words = messages.value
  const queue = (items: number) =>
    queueLimit === null ? integer(items) : words.queueOf(integer(items), integer(queueLimit))
  const each = (value: number) => words.each(rate(value))
  return [
    { name: 'p50', head: words.p50, text: known(step.p50Ms, milliseconds) },
    { name: 'p99', head: words.p99, text: known(step.p99Ms, milliseconds) },
    { name: 'batch', head: words.batch, text: known(step.batchItems, rate) },
    { name: 'queue', head: words.queue, text: known(queueItems, queue) },
    { name: 'lag', head: words.lag, text: known(step.lag, integer) },
    { name: 'errors', head: words.errors, text: known(step.errorsPerSecond, each) },
    { name: 'retries', head: words.retries, text: known(step.retriesPerSecond, each) },
    { name: 'cpu', head: words.cpu, text: known(step.cpu, (value) => words.cores(cores(value))) },
    { name: 'memory', head: words.memory, text: known(step.memoryBytes, bytes) },
    { name: 'replicas', head: words.replicas, text: known(step.replicas, integer) },
  ]
}

export const rateOf = ({ perSecond }: Step): string => (perSecond === null ? '–' : rate(perSecond))
