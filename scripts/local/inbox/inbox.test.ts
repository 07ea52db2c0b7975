import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { freePort } from '../../lib/free-port.ts'
import { type Inbox, openInbox } from './mails.ts'
import { inboxPage } from './page.ts'

let inbox: Inbox
let port: number
beforeAll(async () => {
  port = await freePort()
  inbox = await openInbox(port)
})
afterAll(() => inbox.close())

it('keeps what it is sent, and shows it escaped', async () => {
  const transport = createTransport({ host: '127.0.0.1', port, disableFileAccess: true })
  const mail = { from: 'a@example.com', to: 'b@example.com', text: '<script>1</script>' }
  await transport.sendMail({ ...mail, subject: 'Preparación <1>' })
  await transport.sendMail({ ...mail, subject: 'Two' })
  const page = inboxPage(inbox)
  const { count, mails }: { count: number; mails: unknown } = JSON.parse(
    await (await page.request('/mails')).text(),
  )
  expect(count).toBe(2)
  expect(mails).toMatchObject([{ subject: 'Two', to: 'b@example.com' }, { subject: 'Preparación <1>' }])
  const text = await (await page.request('/')).text()
  expect(text).toContain('Preparación &lt;1&gt;')
  expect(text).toContain('&lt;script&gt;')
  expect(text).not.toContain('<script>')
})
