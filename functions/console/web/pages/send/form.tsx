/** The form of one kind of event, made of its fields; the JSON below them is what is sent. */
import { computed, defineComponent, type PropType, reactive, ref } from 'vue'
import type { DomainInfo, Endpoint, FieldInfo, SendRequest, SendTargets } from '../../../api.ts'
import { messages } from '../../i18n/locale.ts'
import { capital, wordOf } from '../../i18n/words.ts'
import { useForm } from './use-form.ts'

const LONGEST_KEY = 255

const textIn = (event: Event): string =>
  (event.target as HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement).value

export const SendForm = defineComponent({
  props: {
    domain: { type: Object as PropType<DomainInfo>, required: true },
    targets: { type: Object as PropType<SendTargets>, required: true },
    isSending: { type: Boolean, required: true },
    onSend: { type: Function as PropType<(request: SendRequest) => void>, required: true },
  },
  setup(props) {
    const form = useForm(() => props.domain)
    const left = reactive(new Set<Endpoint>())
    const key = ref('')
    const example = ref(0)
    const chosen = computed(() =>
      props.targets.targets.map(({ endpoint }) => endpoint).filter((endpoint) => !left.has(endpoint)),
    )
    const request = computed((): SendRequest | undefined => {
      const value = form.value.value
      if (!props.targets.enabled || props.isSending || chosen.value.length === 0 || value === undefined)
        return undefined
      const idempotencyKey = key.value.trim()
      const fixed = { domain: props.domain.name, endpoints: chosen.value, value }
      return idempotencyKey === '' ? fixed : { ...fixed, idempotencyKey }
    })
    const submit = (event: Event) => {
      event.preventDefault()
      if (request.value !== undefined) props.onSend(request.value)
    }
    const nextExample = () => {
      example.value += 1
      form.fillIn(example.value)
    }
    return () => {
      const words = messages.value
      return (
        <form onSubmit={submit} aria-label={words.sendTitle} class="send-form">
          {props.domain.fields.map((field) => (
            <FieldInput
              key={field.name}
              label={wordOf(props.domain, field.name)}
              word={(label) => wordOf(props.domain, label)}
              field={field}
              value={form.of(field)}
              disabled={form.value.value === undefined}
              change={(entered) => form.change(field, entered)}
            />
          ))}
          <button type="button" class="link" onClick={nextExample}>
            {words.example}
          </button>
          <label class="field">
            <span>JSON</span>
            <textarea
              class="mono"
              rows={6}
              spellcheck={false}
              aria-invalid={form.value.value === undefined}
              value={form.text.value}
              onInput={(event) => (form.text.value = textIn(event))}
            />
          </label>
          {form.value.value === undefined && <p class="send-wrong">{words.noJson}</p>}
          <label class="field">
            <span>{words.idempotencyKey}</span>
            <input
              class="mono"
              maxlength={LONGEST_KEY}
              value={key.value}
              onInput={(event) => (key.value = textIn(event))}
            />
          </label>
          <Endpoints
            targets={props.targets}
            left={left}
            toggle={(endpoint) => (left.has(endpoint) ? left.delete(endpoint) : left.add(endpoint))}
          />
          <button type="submit" class="primary" disabled={request.value === undefined}>
            {props.isSending ? words.sending : chosen.value.length > 1 ? words.raceNow : words.sendNow}
          </button>
          {chosen.value.length === 0 && <p class="muted">{words.chooseEndpoint}</p>}
        </form>
      )
    }
  },
})

function Endpoints(props: {
  readonly targets: SendTargets
  readonly left: ReadonlySet<Endpoint>
  readonly toggle: (endpoint: Endpoint) => void
}) {
  return (
    <fieldset class="endpoints">
      <legend>{messages.value.endpoints}</legend>
      {props.targets.targets.map(({ endpoint, address }) => (
        <label key={endpoint}>
          <input
            type="checkbox"
            checked={!props.left.has(endpoint)}
            onChange={() => props.toggle(endpoint)}
          />
          {messages.value.endpointNames[endpoint]} <span class="mono muted">{address}</span>
        </label>
      ))}
    </fieldset>
  )
}

function FieldInput(props: {
  readonly label: string
  readonly word: (label: string) => string
  readonly field: FieldInfo
  readonly value: string
  readonly disabled: boolean
  readonly change: (entered: string) => void
}) {
  const { field, value, disabled } = props
  const id = `field-${field.name}`
  const changed = (event: Event) => props.change(textIn(event))
  return (
    <div class="field">
      <label for={id}>{capital(props.label)}</label>
      {field.labels === undefined ? (
        <input
          id={id}
          value={value}
          disabled={disabled}
          inputmode={field.type === 'text' ? 'text' : 'decimal'}
          onInput={changed}
        />
      ) : (
        <select id={id} value={value} disabled={disabled} onChange={changed}>
          {field.labels.map((label, number) => (
            <option key={label} value={String(number)}>
              {props.word(label)}
            </option>
          ))}
        </select>
      )}
    </div>
  )
}
