/** A mail server in the cluster, by the name that deploy gives the notifier until an operator names another: `mail:25`. */
import { z } from 'zod'
import { kubectl, namespace, until } from './context.ts'
import { configMapOf, podSpecOf } from './program.ts'

const NAME = 'mail'
/** What the notifier's network policy lets it out to. */
const SMTP = 25
const PAGE = 8025
const DEADLINE_MS = 60_000

const inbox = z.object({
  mails: z.array(z.object({ to: z.string(), text: z.string(), messageId: z.string() })),
})
export type Mail = z.infer<typeof inbox>['mails'][number]

const program = { name: NAME, as: 'notifier', entry: 'mail-server-pod.ts' } as const

export async function startMailServer(): Promise<void> {
  const spec = await podSpecOf({ ...program, argument: { smtp: SMTP, page: PAGE } })
  const metadata = { name: NAME, labels: { app: NAME } }
  // A safe sysctl (Pod Security Standards, restricted): whoever is not root may listen on port 25.
  const securityContext = { sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] }
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...spec, securityContext } }
  const ports = [SMTP, PAGE].map((port) => ({ name: `port-${port}`, port }))
  const service = { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: metadata.labels, ports } }
  const config = await configMapOf({ ...program, argument: undefined })
  for (const object of [config, pod, service])
    await kubectl.run(['create', '--filename', '-'], JSON.stringify(object))
  await until('the mail server answers', DEADLINE_MS, () => mails().catch(() => undefined))
}

/** What it was sent, the newest first. */
export const mails = async (): Promise<readonly Mail[]> => {
  const path = `/api/v1/namespaces/${namespace}/services/${NAME}:${PAGE}/proxy/mails`
  return inbox.parse(JSON.parse(await kubectl.run(['get', '--raw', path]))).mails
}

export const stopMailServer = (): Promise<string> =>
  kubectl.run(['delete', `service/${NAME}`, `pod/${NAME}`, `configmap/${NAME}`, '--ignore-not-found'])
