/** What is to be sent: one JSON text, which the fields of the form are views of, so that anything can be tried. */
import { computed, ref, watch } from 'vue'
import type { DomainInfo, FieldInfo, SendRequest } from '../../../api.ts'

type Value = SendRequest['value']

const EMPTY = '{}'
const pretty = (value: Readonly<Record<string, unknown>>): string => JSON.stringify(value, null, 2)

function parsed(text: string): Value | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isFlat(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isFlat(value: unknown): value is Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.values(value).every(
    (one) => one === null || ['string', 'number', 'boolean'].includes(typeof one),
  )
}

export function useForm(domain: () => DomainInfo | undefined) {
  const text = ref(EMPTY)
  /** Undefined: the text is no flat JSON object. */
  const value = computed(() => parsed(text.value))
  /** Those that use the names of the form: others show spellings that old clients use. */
  const examples = computed(() => {
    const { fields = [], examples: all = [] } = domain() ?? {}
    const plain = all.filter((one) => fields.every(({ name }) => name in one))
    return plain.length > 0 ? plain : all
  })
  const fillIn = (index: number) => {
    text.value = pretty(examples.value[index % Math.max(1, examples.value.length)] ?? {})
  }
  watch(domain, () => fillIn(0), { immediate: true })

  return {
    text,
    value,
    examples,
    fillIn,
    of: ({ name }: FieldInfo): string => String(value.value?.[name] ?? ''),
    /** A number where the field is one and the text says one: what is wrong is sent as it is, to be refused. */
    change(field: FieldInfo, entered: string): void {
      const isNumber = field.type !== 'text' && entered.trim() !== '' && Number.isFinite(Number(entered))
      text.value = pretty({ ...value.value, [field.name]: isNumber ? Number(entered) : entered })
    },
  }
}
