/** The same figures elsewhere: addresses as people reach them, and queries ready to paste into a shell. */
import type { Query } from './api.ts'

export interface Addresses {
  /** `valkey-cli -h 127.0.0.1 -p 6379`, without a password. */
  readonly valkeyCli: string
  /** Of this console. */
  readonly consoleUrl: string
  /** Comes before every key. */
  readonly prefix: string
}

export interface AddressSettings {
  readonly VALKEY_URL: string
  readonly VALKEY_PREFIX: string
  readonly CONSOLE_PORT: number
  readonly CONSOLE_URL?: string | undefined
}

export function addressesOf(settings: AddressSettings): Addresses {
  const { VALKEY_URL, VALKEY_PREFIX, CONSOLE_PORT, CONSOLE_URL } = settings
  const { hostname, port, username } = new URL(VALKEY_URL)
  const user = username === '' ? [] : ['--user', username, '--askpass']
  return {
    valkeyCli: ['valkey-cli', '-h', hostname, '-p', port || '6379', ...user].join(' '),
    consoleUrl: (CONSOLE_URL ?? `http://127.0.0.1:${CONSOLE_PORT}`).replace(/\/$/, ''),
    prefix: VALKEY_PREFIX,
  }
}

export const valkeyQuery = ({ valkeyCli }: Addresses, ...command: readonly string[]): Query => ({
  tool: 'valkey-cli',
  text: [valkeyCli, ...command.map(quoted)].join(' '),
})

export const httpQuery = ({ consoleUrl }: Addresses, path: string): Query => ({
  tool: 'http',
  text: `curl -s ${quoted(consoleUrl + path)}`,
})

/** For a shell, where it needs that. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
