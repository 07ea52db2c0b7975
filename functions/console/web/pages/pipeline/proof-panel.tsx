/** The proof in full: the equation of each topic and of each partition, and what is missing. */
import { defineComponent, type PropType, reactive } from 'vue'
import type { PartitionProof, Proof, TopicProof } from '../../../api.ts'
import { integer } from '../../i18n/format.ts'
import { proofCause } from '../../i18n/judged.ts'
import { messages } from '../../i18n/locale.ts'
import { Age } from '../../parts/age.tsx'
import { Panel } from '../../parts/panel.tsx'

const COLUMNS = ['accepted', 'counted', 'waiting', 'dead', 'gap'] as const

const shown = (value: number | null): string => (value === null ? '–' : integer(value))

export const ProofPanel = defineComponent({
  props: { proof: { type: Object as PropType<Proof>, required: true } },
  setup(props) {
    const open = reactive(new Set<string>())
    const toggle = (topic: string) => (open.has(topic) ? open.delete(topic) : open.add(topic))
    return () => {
      const { proof } = props
      const words = messages.value
      return (
        <Panel
          id="proof"
          title={words.proofTitle}
          asOfMs={proof.asOfMs}
          queries={proof.queries}
          full
          body={
            <>
              <p class={['verdict', proof.state === 'holds' ? 'verdict-ok' : 'verdict-warn']}>
                {words.proofSpoken[proof.state]}
                {proof.cause !== null && `: ${proofCause(proof)}`}
              </p>
              <p class="panel-note">
                {words.proofIntro} {words.kafkaRead} <Age asOfMs={proof.kafkaAsOfMs} />, {words.valkeyRead}{' '}
                <Age asOfMs={proof.valkeyAsOfMs} />
              </p>
              <section class="table-scroll" aria-label={words.proofTitle} tabindex={0}>
                <table class="proof">
                  <Head />
                  {proof.topics.map((topic) => (
                    <Topic
                      key={topic.topic}
                      topic={topic}
                      isOpen={open.has(topic.topic)}
                      toggle={() => toggle(topic.topic)}
                    />
                  ))}
                </table>
              </section>
            </>
          }
        />
      )
    }
  },
})

function Head() {
  const words = messages.value
  const heads = [words.acceptedHead, words.countedHead, words.waitingHead, words.deadHead, words.gapHead]
  return (
    <thead>
      <tr>
        <th scope="col">{words.topic}</th>
        {[...heads, words.eventsHead, words.repeatsHead].map((head) => (
          <th scope="col" class="number" key={head}>
            {head}
          </th>
        ))}
      </tr>
    </thead>
  )
}

function Topic(props: { readonly topic: TopicProof; readonly isOpen: boolean; readonly toggle: () => void }) {
  const { topic, isOpen } = props
  return (
    <tbody>
      <tr class={!topic.holds && 'proof-broken'}>
        <th scope="row">
          <button type="button" class="link" aria-expanded={isOpen} onClick={props.toggle}>
            {topic.topic}
          </button>
        </th>
        {COLUMNS.map((name) => (
          <td class="number" key={name}>
            {shown(topic[name])}
          </td>
        ))}
        <td class="number">{integer(topic.eventsCounted)}</td>
        <td class="number">{integer(topic.eventsDuplicate)}</td>
      </tr>
      {(isOpen || topic.gap !== 0) &&
        topic.partitions.map((one) => <Partition key={one.partition} one={one} />)}
    </tbody>
  )
}

function Partition({ one }: { readonly one: PartitionProof }) {
  const words = messages.value
  const gaps = one.gaps.map(({ from, to }) => words.offsets(integer(from), integer(to - 1))).join(', ')
  return (
    <tr class={['proof-partition', one.gap !== 0 && 'proof-broken']}>
      <th scope="row">
        {words.partition} {one.partition}
      </th>
      {COLUMNS.map((name) => (
        <td class="number" key={name}>
          {shown(one[name])}
        </td>
      ))}
      <td colspan={2}>{gaps}</td>
    </tr>
  )
}
