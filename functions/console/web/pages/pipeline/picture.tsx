/** The steps as a picture, in the order of an event's way; on a narrow screen from top to bottom. */
import type { Bottleneck, Step } from '../../../api.ts'
import { Sparkline } from '../../charts/sparkline.tsx'
import { messages } from '../../i18n/locale.ts'
import { rates } from '../../live/rates.ts'
import { Age } from '../../parts/age.tsx'
import { QueryButton } from '../../parts/queries.tsx'
import { figuresOfStep, rateOf } from './step-figures.ts'

interface Props {
  readonly steps: readonly Step[]
  readonly bottleneck: Bottleneck
}

export function Picture({ steps, bottleneck }: Props) {
  return (
    <ol class="steps">
      {steps.map((step) => (
        <StepCard key={step.name} step={step} isBottleneck={bottleneck.step === step.name} />
      ))}
    </ol>
  )
}

function StepCard({ step, isBottleneck }: { readonly step: Step; readonly isBottleneck: boolean }) {
  const { name, state, reason, queueItems, queueLimit } = step
  const share = queueItems === null || !queueLimit ? 0 : Math.min(1, queueItems / queueLimit)
  return (
    <li class={['step', `step-${state}`, isBottleneck && 'step-bottleneck']} data-step={name}>
      <header>
        <h2>{name}</h2>
        <span class="step-state">{messages.value.states[state]}</span>
        <QueryButton label={name} queries={step.queries} />
      </header>
      {isBottleneck && <p class="step-mark">{messages.value.bottleneckHere}</p>}
      <p class="step-rate">
        <b>{rateOf(step)}</b> <span class="muted">{messages.value.units[step.unit]}</span>
      </p>
      <Sparkline values={rates.value.get(name) ?? []} />
      {reason !== null && <p class="step-reason">{reason}</p>}
      <dl>
        {figuresOfStep(step)
          .filter(({ text }) => text !== undefined)
          .map(({ name: figure, head, text }) => (
            <div key={figure}>
              <dt>{head}</dt>
              <dd>{text}</dd>
            </div>
          ))}
      </dl>
      {share > 0 && (
        <div class="meter" aria-hidden="true">
          <i style={{ inlineSize: `${Math.max(1, share * 100)}%` }} />
        </div>
      )}
      <Age asOfMs={step.asOfMs} />
    </li>
  )
}

/** All figures side by side. */
export function StepTable({ steps }: { readonly steps: readonly Step[] }) {
  const heads = steps[0] === undefined ? [] : figuresOfStep(steps[0])
  return (
    <section class="table-scroll" aria-label={messages.value.asTable} tabindex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{messages.value.step}</th>
            <th scope="col">{messages.value.state}</th>
            <th scope="col" class="number">
              {messages.value.rate}
            </th>
            {heads.map(({ name, head }) => (
              <th scope="col" class="number" key={name}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.name}>
              <th scope="row">{step.name}</th>
              <td>{messages.value.states[step.state]}</td>
              <td class="number">
                {rateOf(step)} {messages.value.units[step.unit]}
              </td>
              {figuresOfStep(step).map(({ name, text }) => (
                <td class="number" key={name}>
                  {text ?? '–'}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
