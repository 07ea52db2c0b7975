/** Mail servers that refuse, hang, break off or are away, and what becomes of their mails. */
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { until } from '../../scripts/lib/until.ts'
import { seeTo } from '../../scripts/mails/command.ts'
import { all, DEADLINE_MS, domain, mailsOf, open, withValkey } from './_testing/world.ts'
import { settings } from './env.ts'

withValkey()

const SLOW = 'slow@example.com'
const DAY_MS = 86_400_000
/** Longer than any test: only what the test does ends the silence. */
const PATIENT_MS = 60_000

describe('a mail server that', () => {
  it('says 451 first (greylisting) gets the mail again later', async () => {
    const world = await open((_, n) => (n < 3 ? { code: 451, text: 'come back later' } : 'take'), {
      MAIL_RETRY_SECONDS: [0.05, 0.1],
    })
    world.judge('o1/1', 'Enviado', 'movio')
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    expect(await mailsOf(world, 1)).toHaveLength(1)
    expect(world.server.asked).toHaveLength(3)
    const putOff = world.log.lines.filter(({ message }) => message === 'mail put off')
    expect(putOff.map(({ fields }) => fields)).toMatchObject([
      { attempts: 1, waitMs: 50 },
      { attempts: 2, waitMs: 100 },
    ])
    await until(async () => (await world.outbox.waiting()) === 0, DEADLINE_MS)
    expect(await world.outbox.waiting()).toBe(0)
  })

  it('says 550 gets it no more: a dead letter, its reason without the address, until somebody has seen to it', async () => {
    const world = await open(() => ({ code: 550, text: '<ana@example.com>: no such user' }))
    world.judge('o1/1', 'Enviado', 'movio')
    const { status, body } = await world.deliver('o1/1')
    expect(status).toBe(422)
    expect(JSON.parse(body).motivos).toEqual([
      expect.stringContaining('550 <a***@example.com>: no such user'),
    ])
    // The source may not have had the first answer.
    expect(await world.deliver('o1/1')).toEqual({ status, body })
    expect(world.server.asked).toHaveLength(1)
    expect(world.counted['mails result=dead']).toBe(1)
    expect(JSON.stringify(world.log.lines)).not.toContain('ana@')
  })

  it('says 550 while another mail of the record is in other hands: a dead letter once that is settled', async () => {
    const world = await open((to) => (to === SLOW ? { code: 550, text: 'no such user' } : 'take'))
    world.judge('o1/1', 'Enviado', 'movio', SLOW)
    world.judge('o2/1', 'Enviado', 'movio')
    const other = { domain: domain.name, id: 'o2', state: 'Enviado' }
    await world.outbox.take(other)
    expect(await world.deliver('o1/1', 'o2/1')).toMatchObject({ status: 503 })
    await world.outbox.release(other)
    expect(await world.deliver('o1/1', 'o2/1')).toMatchObject({ status: 422 })
    expect(world.server.asked).toEqual([SLOW, 'ana@example.com'])
  })

  it('does not know who we are gives up no mail: that is ours to mend', async () => {
    const world = await open((_, n) =>
      n === 1 ? { code: 530, text: '5.7.0 Authentication required' } : 'take',
    )
    world.judge('o1/1', 'Enviado', 'movio')
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    expect(await mailsOf(world, 1)).toHaveLength(1)
    expect(world.counted['mails result=dead']).toBeUndefined()
  })

  it('says 550 when it is tried again is on the list of those given up, until an operator has it sent again', async () => {
    let isMended = false
    const refused = { code: 550, text: 'we take nothing for ANA@example.com' }
    const world = await open((_, n) => (n === 1 ? { code: 451, text: 'later' } : isMended ? 'take' : refused))
    world.judge('o1/1', 'Enviado', 'movio')
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    await until(() => world.counted['mails result=dead'] === 1, DEADLINE_MS)
    const mail = { domain: domain.name, id: 'o1', state: 'Enviado' }
    const [given] = await world.givenUp.list()
    expect(given).toMatchObject({ mail, reason: expect.stringContaining('nothing for A***@example.com') })
    expect(world.counted['mails result=dead']).toBe(1)
    expect(await world.outbox.givenUp()).toBe(1)
    expect(world.log.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'mail given up' }),
    )
    expect(JSON.stringify(world.log.lines)).not.toMatch(/ana@/i)

    isMended = true
    expect(await seeTo(world.givenUp, { only: 'nobody', again: true }, Date.now())).toEqual([
      '0 of 1 mails are due again',
    ])
    expect(await seeTo(world.givenUp, { only: 'take nothing', again: true }, Date.now())).toEqual([
      expect.stringMatching(/Z {2}votes {2}o1 {2}Enviado {2}550 we take nothing for A/),
      '1 of 1 mails are due again',
    ])
    world.wake()
    expect(await mailsOf(world, 1)).toHaveLength(1)
    expect(await seeTo(world.givenUp, {}, Date.now())).toEqual(['0 of 0 mails were given up'])
  })

  it('says 550 to a mistyped address: an operator drops it from the list, and it is not sent again', async () => {
    const world = await open(() => ({ code: 550, text: 'no such user' }))
    world.judge('o1/1', 'Enviado', 'movio')
    expect(await world.deliver('o1/1')).toMatchObject({ status: 422 })
    expect((await seeTo(world.givenUp, { drop: true }, Date.now())).at(-1)).toBe(
      '1 of 1 mails were dropped from the list',
    )
    expect(await world.outbox.givenUp()).toBe(0)
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    // Somebody else had it sent again, by a list of before.
    const mail = { domain: domain.name, id: 'o1', state: 'Enviado' }
    await world.givenUp.again(mail, Date.now() + PATIENT_MS)
    await world.givenUp.drop(mail)
    expect(await world.outbox.waiting()).toBe(0)
    expect(world.server.asked).toHaveLength(1)
  })

  it('breaks off after DATA gets it again, under the same Message-ID', async () => {
    const world = await open((_, n) => (n === 1 ? 'drop' : 'take'))
    world.judge('o1/1', 'Preparación', 'movio')
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    const [dropped, taken] = await mailsOf(world, 2)
    expect(taken?.mail.messageId).toBe(dropped?.mail.messageId)
    expect(taken?.mail.messageId).toMatch(/@example\.org>$/)
    expect(taken?.mail).toMatchObject({ subject: dropped?.mail.subject, date: dropped?.mail.date })
    // By the schedule, which others wait for too; not by the pool of connections.
    expect(world.counted['mails result=later']).toBe(1)
  })

  it('refuses it for now for five days has it given up', async () => {
    const world = await open(() => ({ code: 451, text: 'ana@example.com: mailbox full' }))
    world.judge('o1/1', 'Enviado', 'movio')
    const mail = { domain: domain.name, id: 'o1', state: 'Enviado' }
    await world.outbox.later(mail, 0, { attempts: 9, sinceMs: Date.now() - 5 * DAY_MS, reason: 'full' })
    world.wake()
    await until(() => world.counted['mails result=dead'] === 1, DEADLINE_MS)
    expect((await world.givenUp.list()).map(({ reason }) => reason)).toEqual([
      'given up after 5 days: 451 a***@example.com: mailbox full',
    ])
    expect([await world.outbox.waiting(), await world.outbox.waitingSince()]).toEqual([0, undefined])
    expect(world.server.asked).toHaveLength(1)
  })

  it('hangs holds nothing up: the rest is put off at once, and all is sent when it comes back', async () => {
    let hangs = true
    const world = await open(() => (hangs ? 'hang' : 'take'), {
      MAIL_TIMEOUT_MS: 200,
      MAIL_RETRY_SECONDS: [0.2],
    })
    const ids = Array.from({ length: 20 }, (_, index) => `o${index}/1`)
    for (const id of ids) world.judge(id, 'Enviado', 'movio', `${id.split('/')[0]}@example.com`)
    expect(await world.deliver(...ids)).toMatchObject({ status: 204 })
    // Two connections: while they hang, no more than they can are asked for.
    expect(world.server.asked.length).toBeLessThan(ids.length)
    expect(await world.outbox.waiting()).toBeGreaterThan(0)
    hangs = false
    expect(new Set((await mailsOf(world, ids.length)).map(({ to }) => to)).size).toBe(ids.length)
  })

  it('is slower than what comes holds no delivery up: what waited too long for its turn is sent by the schedule, once', async () => {
    const world = await open(all, {}, { turnMs: 0 })
    const ids = Array.from({ length: 120 }, (_, index) => `o${index}/1`)
    for (const id of ids) world.judge(id, 'Enviado', 'movio', `${id.split('/')[0]}@example.com`)
    const again = [world.deliver(...ids), world.deliver(...ids)]
    for (const { status } of await Promise.all(again)) expect([204, 503]).toContain(status)
    await mailsOf(world, ids.length)
    expect(await world.deliver(...ids)).toMatchObject({ status: 204 })
    await until(async () => (await world.outbox.waiting()) === 0, DEADLINE_MS)
    expect(world.server.taken.map(({ to }) => to).sort()).toEqual(
      ids.map((id) => `${id.split('/')[0]}@example.com`).sort(),
    )
    expect(world.counted['mails result=queued']).toBe(ids.length)
  })

  it('hangs at one reader for 10 s holds up neither other deliveries nor the mails of others', async () => {
    const world = await open((to) => (to === SLOW ? 'hang' : 'take'), { MAIL_TIMEOUT_MS: PATIENT_MS })
    world.judge('o1/1', 'Enviado', 'movio', SLOW)
    world.judge('o2/1', 'Enviado', 'movio')
    world.judge('o3/1', 'Enviado', 'movio')
    let answered = false
    const held = world.deliver('o1/1', 'o2/1').finally(() => {
      answered = true
    })
    await until(() => world.server.hanging() === 1, DEADLINE_MS)
    expect(await world.deliver('o3/1')).toMatchObject({ status: 204 })
    expect((await mailsOf(world, 2)).map(({ to }) => to)).not.toContain(SLOW)
    expect(answered).toBe(false)
    world.server.goOn()
    expect(await held).toMatchObject({ status: 204 })
    expect(await mailsOf(world, 3)).toHaveLength(3)
  })

  it('hangs has no more mails in hand than there are connections, however many deliveries wait', async () => {
    const connections = 2
    const world = await open(() => 'hang', { MAIL_TIMEOUT_MS: PATIENT_MS, MAIL_CONNECTIONS: connections })
    const ids = ['o1/1', 'o2/1', 'o3/1', 'o4/1', 'o5/1', 'o6/1']
    for (const id of ids) world.judge(id, 'Enviado', 'movio', `${id.split('/')[0]}@example.com`)
    const held = ids.map((id) => world.deliver(id))
    await until(() => world.server.hanging() === connections, DEADLINE_MS)
    // Those that wait are free to be taken by another pod: a lease would end while they wait.
    const taken = await Promise.all(
      ids.map(async (id) => {
        const mail = { domain: domain.name, id: id.split('/')[0] ?? '', state: 'Enviado' }
        const answer = await world.outbox.take(mail)
        if (answer !== 'taken') await world.outbox.release(mail)
        return answer
      }),
    )
    expect(taken.filter((answer) => answer === 'taken')).toHaveLength(connections)
    while (world.server.taken.length < ids.length) {
      world.server.goOn()
      await until(() => world.server.hanging() > 0 || world.server.taken.length === ids.length, DEADLINE_MS)
    }
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(ids.map(() => 204))
  })

  it.each(['hang', 'hang after DATA'] as const)(
    'would %s for 10 s is left within the time-out, and has the mail later by schedule, under its Message-ID',
    async (manner) => {
      // It never goes on by itself: whatever is answered, is answered before its 10 s are over.
      const world = await open((to, n) => (to === SLOW && n === 1 ? manner : 'take'), {
        MAIL_TIMEOUT_MS: 200,
      })
      world.judge('o1/1', 'Enviado', 'movio', SLOW)
      world.judge('o2/1', 'Enviado', 'movio')
      expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
      expect(world.counted['mails result=later']).toBeGreaterThan(0)
      expect(await world.deliver('o2/1')).toMatchObject({ status: 204 })
      await until(() => world.counted['mails result=sent'] === 2, DEADLINE_MS)
      expect(world.counted['mails result=sent']).toBe(2)
      const toSlow = world.server.taken.filter(({ to }) => to === SLOW)
      expect(toSlow.length).toBeGreaterThanOrEqual(manner === 'hang' ? 1 : 2)
      expect(new Set(toSlow.map(({ mail }) => mail.messageId)).size).toBe(1)
      expect(world.server.hanging()).toBe(1)
    },
  )

  it('accepts a connection and says nothing is left within the time-out; unless told otherwise, before 10 s', async () => {
    const silent = createServer().listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { port } = silent.address() as AddressInfo
    const world = await open(all, { MAIL_TIMEOUT_MS: 200 }, { smtpUrl: `smtp://127.0.0.1:${port}` })
    world.judge('o1/1', 'Enviado', 'movio')
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    expect(await world.outbox.waiting()).toBe(1)
    silent.close()
    expect(settings().MAIL_TIMEOUT_MS).toBeLessThan(10_000)
  })

  it('is not there gets nothing lost', async () => {
    const world = await open(all)
    await world.server.close()
    world.judge('o1/1', 'Enviado', 'movio')
    expect(await world.deliver('o1/1')).toMatchObject({ status: 204 })
    expect(await world.outbox.waiting()).toBe(1)
  })
})
