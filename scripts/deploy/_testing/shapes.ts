/** What the tests read in manifests, by kind; parsing fails where it is not there. */
import * as z from 'zod'

const metadata = z.object({ name: z.string(), namespace: z.string() })
export const keyRef = z.object({ name: z.string(), key: z.string() })
const ref = z.object({ apiVersion: z.string(), kind: z.string(), name: z.string() })
const secretKeyRef = z.object({ secretKeyRef: keyRef })
const bootstrapServers = z.array(z.string()).length(1)

const envVar = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: secretKeyRef.optional(),
})
const container = z.object({ env: z.array(envVar) })
const port = z.object({ port: z.number() })
const selector = z.object({ matchLabels: z.record(z.string(), z.string()) }).optional()
const peer = z.object({ podSelector: selector, namespaceSelector: selector })
const acl = z.object({
  resource: z.object({ type: z.string(), name: z.string(), patternType: z.enum(['literal', 'prefix']) }),
  operations: z.array(z.string()),
})

/** By kind, with a group where core Kubernetes has the same kind. */
const schemas = {
  function: z.object({
    metadata,
    spec: z.object({ template: z.object({ spec: z.object({ containers: z.tuple([container]) }) }) }),
  }),
  Service: z.object({ metadata, spec: z.object({ ports: z.array(port) }) }),
  Kafka: z.object({
    metadata,
    spec: z.object({
      kafka: z.object({
        listeners: z.array(
          port.extend({
            authentication: z.object({ type: z.string() }).optional(),
            networkPolicyPeers: z.array(peer).min(1),
          }),
        ),
      }),
    }),
  }),
  NetworkPolicy: z.object({
    metadata,
    spec: z.object({
      podSelector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
      egress: z
        .array(z.object({ to: z.array(z.unknown()).optional(), ports: z.array(port).optional() }))
        .optional(),
    }),
  }),
  KafkaTopic: z.object({ metadata, spec: z.object({ config: z.record(z.string(), z.unknown()) }) }),
  KafkaUser: z.object({
    metadata,
    spec: z.object({
      authentication: z.object({
        type: z.string(),
        password: z.object({ valueFrom: secretKeyRef }),
      }),
      authorization: z.object({ acls: z.array(acl) }),
    }),
  }),
  KafkaSource: z.object({
    metadata: metadata.extend({ labels: z.record(z.string(), z.string()) }),
    spec: z.object({
      bootstrapServers,
      topics: z.array(z.string()),
      consumerGroup: z.string(),
      ordering: z.string(),
      net: z
        .object({
          sasl: z.object({
            enable: z.literal(true),
            type: secretKeyRef,
            user: secretKeyRef,
            password: secretKeyRef,
          }),
        })
        .optional(),
      sink: z.object({ ref }),
      delivery: z.object({ deadLetterSink: z.object({ ref }) }),
    }),
  }),
  KafkaSink: z.object({
    metadata,
    spec: z.object({
      bootstrapServers,
      topic: z.string(),
      auth: z.object({ secret: z.object({ ref: z.object({ name: z.string() }) }) }).optional(),
    }),
  }),
} as const

/** What is in an object of a kind. */
export type Shape = { readonly [Kind in keyof typeof schemas]: z.infer<(typeof schemas)[Kind]> }
export const SHAPES: { readonly [Kind in keyof Shape]: z.ZodType<Shape[Kind]> } = schemas
