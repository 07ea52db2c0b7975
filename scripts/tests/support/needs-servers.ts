/** Which tests need a Kafka or a Valkey: told by what they import, so that nobody keeps a list. */
import { globSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { REPO_DIR } from '../../lib/paths.ts'

const TESTS = '{functions,scripts,grafana,locust}/**/*.test.ts'
/** Vitest's `inject` of what servers.ts provides; and whatever starts servers, a browser or Prometheus itself. */
const ASKS = /\binject\(|^scripts\/local\/servers\/|\/_testing\/(browser|prometheus)\.ts$/m
/** These run whole programs. */
const WHOLE_SYSTEM = /^scripts\/tests\/(?!tidy\/)/
const RELATIVE_IMPORT = /(?:^(?:import|export|\})[^'\n]*|\bawait import\()'(\.[^'\n]+\.ts)'/gm

/** Paths from the repository's root. */
export function testFiles(): { unit: string[]; servers: string[] } {
  const all = globSync(TESTS, { cwd: REPO_DIR, exclude: (path) => path === 'node_modules' }).sort()
  const needsServers = reaches((path, text) => ASKS.test(path) || ASKS.test(text))
  const { servers = [], unit = [] } = Object.groupBy(all, (path) =>
    WHOLE_SYSTEM.test(path) || needsServers(path) ? 'servers' : 'unit',
  )
  return { unit, servers }
}

/** @returns whether a module, or one that it imports, is such a one */
function reaches(isOne: (path: string, text: string) => boolean): (path: string) => boolean {
  const known = new Map<string, boolean>()
  const visit = (path: string): boolean => {
    const before = known.get(path)
    if (before !== undefined) return before
    // Until more is known, and for good in a circle.
    known.set(path, false)
    const text = readFileSync(join(REPO_DIR, path), 'utf8')
    const imports = Array.from(text.matchAll(RELATIVE_IMPORT), ([, to = '']) =>
      relative(REPO_DIR, join(REPO_DIR, path, '..', to)),
    )
    const answer = isOne(path, text) || imports.some(visit)
    known.set(path, answer)
    return answer
  }
  return visit
}
