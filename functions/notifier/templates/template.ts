/** What a mail is made of, in a language of its readers. */

/** Nothing of this is escaped, and any of it may come from a client. */
export interface Notice {
  /** What moved: an order's id. */
  readonly id: string
  /** What it is about, in few words: a product. */
  readonly about: string
  /** In the language of the mail. */
  readonly state: string
  /** When it came into this state. */
  readonly time: Date
  /** Where its reader says that no more are wanted; undefined where nobody can be told so. */
  readonly optOutUrl: string | undefined
}

export interface Template {
  readonly subject: (notice: Notice) => string
  /** Paragraphs. */
  readonly body: (notice: Notice) => readonly string[]
  readonly optOut: string
  readonly locale: string
}

/** The moment in words; readers are in many time zones, so it says its own. */
export const whenIn = (locale: string, time: Date): string =>
  `${new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(time)} UTC`
