/** An address as logs may have it: who runs the system can tell two apart, and reads no name. */
export function masked(address: string): string {
  const at = address.lastIndexOf('@')
  return at < 1 ? '***' : `${[...address][0]}***${address.slice(at)}`
}

/** Mail servers repeat addresses in their answers, as they were or not. */
export const maskedIn = (text: string): string =>
  text.replace(/[^\s<>()[\]"',;:]+@[^\s<>()[\]"',;:]+/g, masked)
