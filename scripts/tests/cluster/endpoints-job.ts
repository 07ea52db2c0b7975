/** The Job's program: delivers what its first argument says (JSON), all at once, and prints the answers (JSON). */
import { type Delivery, deliver } from './endpoints.ts'

const deliveries: Delivery[] = JSON.parse(process.argv[2] ?? '[]')
console.log(JSON.stringify(await Promise.all(deliveries.map(deliver))))
