/** Process groups: a child and everything that it started. */

/** Whether any process of the group is left; one that nobody has waited for yet counts too. */
export function groupAlive(groupId: number): boolean {
  return signalGroup(groupId, 0)
}

/** @returns false when the group is gone already */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal)
  } catch (error) {
    // macOS answers EPERM for a group of which only zombies are left.
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))
      return false
    throw error
  }
}
