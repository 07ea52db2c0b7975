/** A choice that this browser remembers; where storage is forbidden it lasts until the page is left. */
export function remembered(name: string) {
  const key = `caudal:${name}`
  return {
    get(): string | null {
      try {
        return localStorage.getItem(key)
      } catch {
        return null
      }
    },
    set(value: string): void {
      try {
        localStorage.setItem(key, value)
      } catch {
        // Private windows may have no storage.
      }
    },
  }
}
