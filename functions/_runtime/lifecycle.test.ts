import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

const program = `
  import { serveFunction } from ${JSON.stringify(join(import.meta.dirname, 'function.ts'))}
  serveFunction('test', () => ({ LOG_LEVEL: 'info' }), async ({ log, lifecycle }) => {
    lifecycle.onClose('first', () => log.info('closes last'))
    lifecycle.onClose('second', () => log.info('closes first'))
    setInterval(() => {}, 1000)
    log.info('up')
  })
`

function start() {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, exited: once(child, 'exit'), stdout: child.stdout.setEncoding('utf8') }
}

it('closes its parts in reverse and exits 0 on SIGTERM', async () => {
  const { child, exited, stdout } = start()
  let output = String((await once(stdout, 'data'))[0])
  stdout.on('data', (text) => {
    output += text
  })
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
  const said = [...output.matchAll(/"msg":"(.*?)"/g)].map(([, text]) => text)
  expect(said).toEqual(['up', 'stopping', 'closes first', 'closes last', 'stopped'])
})

it('stops when nobody reads its log any more', async () => {
  const { child, exited, stdout } = start()
  await once(stdout, 'data')
  stdout.destroy()
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})
