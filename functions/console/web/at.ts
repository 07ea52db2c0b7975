/** Time travel: `?at=` of the address says of when the series and the log are shown, so that a link can be sent. */
import { computed, shallowRef } from 'vue'
import type { LocationQuery, Router } from 'vue-router'

const query = shallowRef<LocationQuery>({})
let replace: (query: LocationQuery) => void = () => {}

/** The address is the router's, which knows the pages, which know this. */
export function followAddress(router: Router): void {
  router.afterEach((to) => {
    query.value = to.query
  })
  replace = (changed) => void router.replace({ query: changed })
}

/** Milliseconds since the epoch; undefined is now. */
export const at = computed<number | undefined>(() => {
  const text = query.value.at
  if (typeof text !== 'string' || text === '') return undefined
  const ms = /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isFinite(ms) ? ms : undefined
})

/** To the second, as people write it. */
export const atText = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+/, '')

export function travelTo(ms: number | undefined): void {
  const { at: _, ...others } = query.value
  replace(ms === undefined ? others : { ...others, at: atText(ms) })
}

/** Links of this console stay in the same time. */
export const withAt = (path: string, more: Readonly<Record<string, string>> = {}) => {
  const { at: text } = query.value
  return { path, query: { ...more, ...(typeof text === 'string' && { at: text }) } }
}
