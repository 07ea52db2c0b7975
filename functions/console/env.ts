/** Settings of the console. */
import { commonSettings, parseSettings, port } from '../_runtime/settings.ts'

const shape = {
  ...commonSettings,
  /** Where to listen when PORT is not set. */
  CONSOLE_PORT: port(8083),
}

export const settings = () => parseSettings(shape, process.env)
