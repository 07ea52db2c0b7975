/** What the CloudEvents SDK checks of an event beyond what we need of it: its attributes' names and formats. */
import { CloudEvent, ValidationError } from 'cloudevents'
import { Failure } from '../../_core/errors.ts'

/**
 * For events of clients; between our own functions it would only cost. The content is left out: it has its own checks.
 *
 * @throws Failure `malformed`
 */
export function requireConformance(attributes: Readonly<Record<string, unknown>>): void {
  const { data: _data, data_base64: _base64, ...context } = attributes
  try {
    // Not the event's own `validate`: an extension may have that name.
    CloudEvent.prototype.validate.call(new CloudEvent(context))
  } catch (error) {
    if (!(error instanceof ValidationError)) throw new Failure('malformed', `not a CloudEvent: ${error}`)
    const [first] = Array.isArray(error.errors) ? error.errors : []
    const reason =
      typeof first === 'object' && first !== null && 'message' in first ? String(first.message) : ''
    throw new Failure('malformed', `not a CloudEvent: ${reason || error.message}`)
  }
}
