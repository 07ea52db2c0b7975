#!/usr/bin/env node
// @ts-check
/**
 * `npx caudal <command>`, on whatever Node the machine has: sets up what is missing, then runs cli.ts under the project's
 * own Node, with its arguments, terminal, signals and exit code.
 */
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setUp } from './local/setup.mjs'

/** Those that start Kafka, Valkey or Locust here, so that what they fetch is announced first. */
const WITH_SERVERS = ['start', 'bench', 'compare']

const scripts = dirname(fileURLToPath(import.meta.url))
const args = process.argv.slice(2)
const askForHelp = args.includes('--help') || args.includes('-h')

try {
  await setUp({ servers: WITH_SERVERS.includes(args[0] ?? '') && !askForHelp })
  process.exitCode = await run(join(scripts, '../node_modules/.bin/node'), [join(scripts, 'cli.ts'), ...args])
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/**
 * @param {string} command
 * @param {string[]} commandArgs
 * @returns {Promise<number>} the exit code, as a shell says it
 */
function run(command, commandArgs) {
  // First: a signal that comes between the start and the listening would end this process, and leave the other one.
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal))
  }
  const child = spawn(command, commandArgs, { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
  })
}
