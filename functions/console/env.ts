/** Settings of the console. */
import { PORTS } from '../_core/topology.ts'
import { commonSettings, parseSettings, port } from '../_runtime/settings.ts'

const shape = {
  ...commonSettings,
  /** Where to listen when PORT is not set. */
  CONSOLE_PORT: port(PORTS.CONSOLE_PORT),
}

export const settings = () => parseSettings(shape, process.env)
