/** Settings of the inbox. */
import { PORTS } from '../../../functions/_core/topology.ts'
import { commonSettings, parseSettings, port } from '../../../functions/_runtime/settings.ts'

const shape = {
  LOG_LEVEL: commonSettings.LOG_LEVEL,
  SMTP_PORT: port(PORTS.SMTP_PORT),
  INBOX_PORT: port(PORTS.INBOX_PORT),
}

export const settings = () => parseSettings(shape, process.env)
