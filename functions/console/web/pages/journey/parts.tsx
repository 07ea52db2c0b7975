/** The parts of a journey. */
import type { Journey } from '../../../api.ts'
import { dateTime, duration, integer } from '../../i18n/format.ts'
import { stepSays } from '../../i18n/judged.ts'
import { messages } from '../../i18n/locale.ts'
import { capital, titleOf, valueWord, wordOf } from '../../i18n/words.ts'
import { domainOf } from '../../live/state.ts'
import { Age } from '../../parts/age.tsx'
import { Code } from '../../parts/code.tsx'
import { Panel } from '../../parts/panel.tsx'
import { RecordPlace } from '../record-place.tsx'

interface Props {
  readonly journey: Journey
}

const TONES: Readonly<Record<Journey['verdict'], string>> = {
  counted: 'badge-ok',
  waiting: 'badge-warn',
  dead: 'badge-bad',
  unknown: 'badge-none',
}

export function Verdict({ journey }: Props) {
  const { verdict, why, countedMs } = journey
  return (
    <p class="journey-verdict" data-verdict={verdict}>
      <span class={['badge', TONES[verdict]]}>
        <span class="badge-main">{messages.value.verdicts[verdict]}</span>
      </span>
      {verdict === 'dead' ? <span lang="en">{why}</span> : <span>{messages.value.verdictWhy[verdict]}</span>}
      {countedMs !== null && <time>{dateTime(countedMs)}</time>}
    </p>
  )
}

export function Steps({ journey: { steps } }: Props) {
  const first = steps.find(({ atMs }) => atMs !== null)?.atMs ?? null
  return (
    <Panel
      title={messages.value.steps}
      half
      body={
        <ol class="way">
          {steps.map(({ step, instance, atMs, says, isKnown }) => (
            <li key={step} class={!isKnown && 'way-unknown'} data-step={step}>
              <b>{step}</b>
              {atMs !== null && first !== null && (
                <time title={dateTime(atMs)} class="muted">
                  {messages.value.sinceFirst(duration(Math.max(0, atMs - first) / 1000))}
                </time>
              )}
              {instance !== null && <span class="mono muted">{instance}</span>}
              <span class="way-detail">{stepSays(says)}</span>
            </li>
          ))}
        </ol>
      }
    />
  )
}

export function Facts({ journey }: Props) {
  const words = messages.value
  const { record, batch, traceparent, value, source, id } = journey
  const domain = journey.domain === null ? undefined : domainOf(journey.domain)
  const word = (name: string) => wordOf(domain, name)
  const shown = (name: string, text: string) => {
    const field = domain?.fields.find((one) => one.name === name)
    return domain === undefined || field === undefined ? text : valueWord(domain, field, text)
  }
  return (
    <Panel
      title={domain === undefined ? words.content : titleOf(domain)}
      half
      body={
        <dl class="facts-list">
          {Object.entries(value ?? {}).map(([name, text]) => (
            <div key={name}>
              <dt>{capital(word(name))}</dt>
              <dd>{shown(name, text)}</dd>
            </div>
          ))}
          <div>
            <dt>source</dt>
            <dd class="mono">{source}</dd>
          </div>
          <div>
            <dt>id</dt>
            <dd class="mono">{id}</dd>
          </div>
          {record !== null && (
            <div>
              <dt>{words.inKafka}</dt>
              <dd>
                <RecordPlace record={record} />
              </dd>
            </div>
          )}
          {batch !== null && (
            <div>
              <dt>{words.batch}</dt>
              <dd>{words.batchOf(batch, integer(batch))}</dd>
            </div>
          )}
          {traceparent !== null && (
            <div>
              <dt>{words.traced}</dt>
              <dd class="mono">{traceparent}</dd>
            </div>
          )}
        </dl>
      }
    />
  )
}

export function Changes({ journey: { changes, isFollowed, traceparent } }: Props) {
  const words = messages.value
  const hint = `traceparent: ${traceparent ?? '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'}`
  return (
    <Panel
      title={words.changed}
      full
      body={
        changes === null || !isFollowed ? (
          <>
            <p class="muted">{words.notFollowed}</p>
            <Code label="HTTP" text={hint} />
          </>
        ) : (
          <section class="newest" aria-label={words.changed} tabindex={0}>
            <table>
              <thead>
                <tr>
                  <th scope="col">{words.key}</th>
                  <th scope="col">{words.field}</th>
                  <th scope="col" class="number">
                    {words.before}
                  </th>
                  <th scope="col" class="number">
                    {words.after}
                  </th>
                </tr>
              </thead>
              <tbody>
                {changes.map(({ key, field, before, after }) => (
                  <tr key={`${key} ${field}`}>
                    <th scope="row" class="mono">
                      {key}
                    </th>
                    <td class="mono">{field ?? ''}</td>
                    <td class="number">{before ?? words.nothingBefore}</td>
                    <td class="number">
                      <b>{after}</b>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )
      }
    />
  )
}

export function Repeats({ journey: { repeats } }: Props) {
  return (
    <Panel
      title={messages.value.repeats}
      full
      body={
        <ul class="followed">
          {repeats.map(({ atMs, record }) => (
            <li key={`${atMs} ${record?.offset}`}>
              <time>{dateTime(atMs)}</time> <Age asOfMs={atMs} isEvent />{' '}
              {record !== null && <RecordPlace record={record} />}
            </li>
          ))}
        </ul>
      }
    />
  )
}
