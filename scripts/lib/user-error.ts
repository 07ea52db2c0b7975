/** An error for the person at the terminal: its message says what is wrong and what to do, so no stack is shown. */
export class UserError extends Error {
  override name = 'UserError'
}
