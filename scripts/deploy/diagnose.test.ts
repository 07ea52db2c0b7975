import { expect, test } from 'vitest'
import { diagnose } from './diagnose.ts'
import type { Kubectl, KubeObject } from './kube.ts'

const metadata = { name: 'caudal' }
const kafka: KubeObject = { apiVersion: 'kafka.strimzi.io/v1', kind: 'Kafka', metadata }
const event = (kind: string, name: string, message: string) => ({
  type: 'Warning',
  reason: 'Because',
  message,
  involvedObject: { kind, name },
})
const WORLD: Record<string, object> = {
  'kafka.kafka.strimzi.io/caudal': {
    ...kafka,
    status: { conditions: [{ type: 'NotReady', status: 'True', reason: 'Creating', message: 'pods' }] },
  },
  'pods --selector strimzi.io/cluster=caudal': {
    items: [
      {
        metadata: { name: 'caudal-brokers-0' },
        spec: { volumes: [{ persistentVolumeClaim: { claimName: 'data-0-caudal-brokers-0' } }, {}] },
        status: { phase: 'Pending' },
      },
    ],
  },
  events: {
    items: [
      event('PersistentVolumeClaim', 'data-0-caudal-brokers-0', 'no volume'),
      event('Pod', 'caudal-brokers-0', 'not scheduled'),
      event('Pod', 'valkey-0', 'something else'),
    ],
  },
}
const kubectl: Kubectl = {
  run: async () => '',
  find: async (args) => JSON.parse(JSON.stringify(WORLD[args.join(' ')])),
}

test("Kafka's story has its pods, whatever their pool, and their volumes", async () => {
  expect((await diagnose(kubectl, kafka)).split('\n')).toEqual([
    'kafka.kafka.strimzi.io/caudal is not ready.',
    '  condition NotReady=True: Creating: pods',
    '  pod caudal-brokers-0: Pending',
    '  event Warning Because: no volume',
    '  event Warning Because: not scheduled',
  ])
})
