import { once } from 'node:events'
import { createServer } from 'node:net'
import { execa } from 'execa'
import { expect, it } from 'vitest'
import { freePort } from './free-port.ts'

const MODULE = new URL('free-port.ts', import.meta.url).href

it('is nobody else’s, in whatever process they ask, though no server listens there yet', async () => {
  const port = await freePort()
  // Where it looks first is drawn: here it is made to look at this port.
  const drawn = (port - 20_000 + 0.5) / 12_000
  const script = `import { freePort } from '${MODULE}'; Math.random = () => ${drawn}; console.log(await freePort())`
  const { stdout } = await execa(process.execPath, ['--no-warnings', '--input-type=module', '-'], {
    input: script,
  })
  expect(Number(stdout)).toBeGreaterThanOrEqual(20_000)
  expect(Number(stdout)).not.toBe(port)
})

it('can be listened on, again and again', async () => {
  const port = await freePort()
  for (let time = 0; time < 2; time++) {
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
  }
})
