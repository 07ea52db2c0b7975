/** The guard: `+<group>`, `-<group>` or `bye` on each line of stdin. At its end without `bye` it ends the groups it holds. */
import { createInterface } from 'node:readline'
import { until } from '../../lib/until.ts'
import { groupAlive, signalGroup } from './group.ts'

const termMs = Number(process.argv[2])
const groups = new Set<number>()

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'bye') process.exit(0)
  const groupId = Number(line.slice(1))
  if (line.startsWith('+')) groups.add(groupId)
  else groups.delete(groupId)
}
for (const groupId of groups) signalGroup(groupId, 'SIGTERM')
await until(() => ![...groups].some(groupAlive), termMs)
for (const groupId of groups) signalGroup(groupId, 'SIGKILL')
