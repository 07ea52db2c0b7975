/** The limit that HTTP endpoints are measured against: node:http alone, with the JSON parse and zod check they need. */
import { createServer } from 'node:http'
import { schemaOf } from '../../functions/_core/accept.ts'
import { domains } from '../../functions/_core/domains/index.ts'

const [domain] = domains
if (domain === undefined) throw new Error('there is no domain')
const schema = schemaOf(domain)
const answer = JSON.stringify(domain.routes[0]?.answer)

const server = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const { success } = schema.safeParse(JSON.parse(Buffer.concat(chunks).toString()))
    response.writeHead(success ? 200 : 422, {
      'content-type': 'application/json',
      'content-length': answer.length,
    })
    response.end(answer)
  })
})
server.listen(Number(process.argv[2]), '127.0.0.1')
