/** Every kind of answer that a client may get, and the reason that Locust must give for not counting it as stored. */
import type { ServerResponse } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { type Asked, type Script, store, stored } from './scripted-server.ts'

/** Between two pieces of one answer, in milliseconds: long enough to be two reads. */
const GAP_MS = 20

interface Answer {
  /** None: acknowledged. */
  readonly reason?: string
  readonly script: Script
}

const status = (code: number): Answer => ({
  reason: `status ${code}`,
  script: (asked, response) => {
    response.writeHead(code, { 'event-id': asked.receipt }).end(stored(asked))
  },
})

const ok = (asked: Asked): string => `HTTP/1.1 200 OK\r\nEvent-ID: ${asked.receipt}\r\nConnection: close\r\n`

/** Past node:http, byte by byte as given; then the connection ends. */
async function raw({ socket }: ServerResponse, ...pieces: string[]): Promise<void> {
  for (const piece of pieces) {
    socket?.write(piece)
    await pause(GAP_MS)
  }
  socket?.end()
}

export const ANSWERS: readonly Answer[] = [
  { script: store },
  {
    script: async (asked, response) => {
      response.writeHead(200, { 'event-id': asked.receipt }).write(stored(asked).slice(0, 3))
      await pause(GAP_MS)
      response.end(stored(asked).slice(3))
    },
  },
  {
    script: (asked, response) => {
      const text = `${ok(asked)}Content-Length: ${stored(asked).length}\r\n\r\n${stored(asked)}`
      return raw(response, text.slice(0, 20), text.slice(20, 34), text.slice(34))
    },
  },
  { script: (asked, response) => raw(response, `${ok(asked)}\r\n`, stored(asked)) },
  status(202),
  status(302),
  status(404),
  status(422),
  status(429),
  status(500),
  status(503),
  {
    reason: 'unexpected body',
    script: (asked, response) => {
      response.writeHead(200, { 'event-id': asked.receipt }).end('{"estado":"OK","id":"/ingest/other#1"}')
    },
  },
  {
    reason: 'unexpected body',
    script: (asked, response) => void response.writeHead(200, { 'event-id': asked.receipt }).end('{"estado"'),
  },
  { reason: 'no receipt', script: (asked, response) => void response.writeHead(200).end(stored(asked)) },
  { reason: 'unreadable answer', script: (_, response) => raw(response, 'no HTTP at all\r\n\r\n') },
  { reason: 'broken connection', script: (_, response) => void response.socket?.destroy() },
  {
    reason: 'broken connection',
    script: (asked, response) => raw(response, `${ok(asked)}Content-Length: 99\r\n\r\n"`),
  },
  { reason: 'timeout', script: () => {} },
]

/** The one that a request gets. */
export function answerTo({ number }: Asked): Answer {
  const answer = ANSWERS[number % ANSWERS.length]
  if (answer === undefined) throw new Error('no answers')
  return answer
}
