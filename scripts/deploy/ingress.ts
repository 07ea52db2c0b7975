/** Where requests enter the cluster: given, or found at the gateways Knative is usually installed with. */
import type { Kubectl } from './kube.ts'

interface GatewayService {
  readonly spec: { readonly ports: readonly { readonly port: number; readonly nodePort?: number }[] }
  readonly status: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[]
    }
  }
}

const GATEWAYS = [
  { namespace: 'kourier-system', name: 'kourier' },
  { namespace: 'istio-system', name: 'istio-ingressgateway' },
  { namespace: 'contour-external', name: 'envoy' },
]
const HTTP_PORT = 80

/** `http://host[:port]`, or undefined when no gateway has an address outside the cluster. */
export async function findIngress(kubectl: Kubectl): Promise<string | undefined> {
  for (const { namespace, name } of GATEWAYS) {
    const service = await kubectl.find<GatewayService>([`service/${name}`, '--namespace', namespace])
    const [balancer] = service?.status.loadBalancer?.ingress ?? []
    const host = balancer?.ip ?? balancer?.hostname
    if (host && service?.spec.ports.some(({ port }) => port === HTTP_PORT)) return `http://${host}`
  }
  return undefined
}
