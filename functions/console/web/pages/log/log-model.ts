/**
 * The log as its reader has it:
 *
 *   following ──scrolls down──▶ reading ──scrolls to the top, or asks for the newest──▶ following
 *
 * While reading, what is new waits, so that nothing moves under the eyes. Rows come from a page that is asked for once,
 * then from the frames: those that come while it is asked for are kept, and what both have is taken once.
 */
import { computed, shallowRef } from 'vue'
import type { LiveFrame, Row } from '../../../api.ts'
import { ApiError, get } from '../../live/api.ts'
import {
  type Gap,
  type Item,
  matches,
  type News,
  noRows,
  type Rows,
  rowsOfPage,
  withGapLoaded,
  withNews,
  withOlder,
} from '../../live/rows.ts'

export interface Filter {
  readonly domain: string
  readonly text: string
  readonly since: number | undefined
  /** Undefined: as of now, and live. */
  readonly at: number | undefined
}

const PAGE_ROWS = 200
/** The most that the API gives at once. */
const GAP_ROWS = 500

export class LogModel {
  /** What is in the list, and the same with what waits. */
  readonly #shown = shallowRef<Rows>(noRows)
  readonly #newest = shallowRef<Rows>(noRows)
  readonly #filter = shallowRef<Filter>({ domain: '', text: '', since: undefined, at: undefined })
  /** Frames that came while the first page is asked for; undefined once it is there. */
  #early: News[] | undefined = []
  #following = true
  /** Where older rows are asked for; null at the end. */
  readonly older = shallowRef<string | null>(null)
  readonly asOfMs = shallowRef<number | null>(null)
  readonly error = shallowRef<string>()
  readonly loading = shallowRef(false)

  readonly items = computed(() => this.#shown.value.items.filter(this.#isSeen))
  /** Rows that wait. */
  readonly newer = computed(() => {
    const { items } = this.#newest.value
    const { newest } = this.#shown.value
    const waits = (item: Item) => item.kind === 'row' && item.row.number > (newest.get(item.row.domain) ?? 0)
    return items === this.#shown.value.items
      ? 0
      : items.filter((item) => waits(item) && this.#isSeen(item)).length
  })

  readonly #isSeen = (item: Item): boolean => {
    const { domain, text } = this.#filter.value
    return item.kind === 'row' ? matches(item.row, domain, text) : domain === '' || item.gap.domain === domain
  }

  async show(filter: Filter): Promise<void> {
    this.#filter.value = filter
    this.#early = []
    this.loading.value = true
    try {
      const page = await get('/api/events', { query: { ...filter, limit: PAGE_ROWS } })
      if (this.#filter.value !== filter) return
      this.#newest.value = this.#early.reduce(withNews, rowsOfPage(page))
      this.#shown.value = this.#newest.value
      this.#early = undefined
      this.older.value = page.next
      this.asOfMs.value = page.asOfMs
      this.error.value = undefined
    } catch (reason) {
      if (this.#filter.value !== filter) return
      this.error.value = reason instanceof ApiError ? reason.message : String(reason)
    }
    this.loading.value = false
  }

  /** @param after the cursor of the frame before */
  take({ rows, skipped, restarted, nowMs }: LiveFrame, after: string | undefined): void {
    if (this.#filter.value.at !== undefined) return
    const news = { rows, skipped, restarted, after }
    if (this.#early !== undefined) {
      this.#early.push(news)
      return
    }
    this.asOfMs.value = nowMs
    this.#newest.value = withNews(this.#newest.value, news)
    if (this.#following) this.#shown.value = this.#newest.value
  }

  follow(following: boolean): void {
    this.#following = following
    if (following) this.#shown.value = this.#newest.value
  }

  /** What is loaded below changes the list and what waits alike. */
  #change(change: (rows: Rows) => Rows): void {
    const same = this.#newest.value === this.#shown.value
    this.#shown.value = change(this.#shown.value)
    this.#newest.value = same ? this.#shown.value : change(this.#newest.value)
  }

  async loadOlder(): Promise<void> {
    const before = this.older.value
    if (before === null || this.loading.value) return
    this.loading.value = true
    const query = { ...this.#filter.value, limit: PAGE_ROWS, before }
    const page = await get('/api/events', { query }).catch(() => undefined)
    this.loading.value = false
    if (page === undefined || this.older.value !== before) return
    this.#change((rows) => withOlder(rows, page.rows))
    this.older.value = page.next
  }

  readonly loadGap = async (gap: Gap): Promise<void> => {
    const rows: Row[] = []
    let before = gap.before
    // One answer may have fewer than the gap: what is older follows.
    while (rows.length < gap.rows) {
      const query = { domain: gap.domain, after: gap.after, before, limit: GAP_ROWS }
      const page = await get('/api/events', { query }).catch(() => undefined)
      if (page === undefined) return
      rows.push(...page.rows)
      if (page.next === null || page.rows.length === 0) break
      before = page.next
    }
    this.#change((shown) => withGapLoaded(shown, gap, rows))
  }
}
