/** The tests on a cluster, in the order in which they build on each other. */
import './01-deploy.ts'
import './02-doors.ts'
import './05-dead-letters.ts'
import './04-rollout.ts'
import './06-spread.ts'
import './03-autoscaling.ts'
import './07-mistakes.ts'
