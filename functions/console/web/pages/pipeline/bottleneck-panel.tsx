/** The sentence, and the rules that it was found by. */
import type { Pipeline } from '../../../api.ts'
import { bottleneckSentence, lookedText, ruleText } from '../../i18n/judged.ts'
import { messages } from '../../i18n/locale.ts'
import { Panel } from '../../parts/panel.tsx'

export function BottleneckPanel({ pipeline }: { readonly pipeline: Pipeline }) {
  const { bottleneck, asOfMs } = pipeline
  return (
    <Panel
      id="bottleneck"
      title={messages.value.bottleneckTitle}
      asOfMs={asOfMs}
      full
      body={
        <>
          <p class={['verdict', bottleneck.id === 'none' ? 'verdict-ok' : 'verdict-warn']}>
            {bottleneckSentence(bottleneck)}
          </p>
          {bottleneck.rules.length > 0 && (
            <>
              <p class="panel-note">{messages.value.rulesIntro}</p>
              <ol class="rules">
                {bottleneck.rules.map((rule) => (
                  <li key={rule.id} class={rule.holds && 'rule-holds'} data-rule={rule.id}>
                    <span
                      class="rule-mark"
                      role="img"
                      aria-label={messages.value[rule.holds ? 'ruleHolds' : 'ruleNot']}
                    >
                      {rule.holds ? '●' : '○'}
                    </span>
                    <span>{ruleText(rule)}</span>
                    <span class="muted">{lookedText(rule)}</span>
                  </li>
                ))}
              </ol>
            </>
          )}
        </>
      }
    />
  )
}
