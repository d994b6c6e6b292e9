import type { RunGroup } from '../../api/tabletypes'
import type { RunStatus } from '../../api/types'

/** Statuses of which a group says that some of its runs have them. */
const trouble = ['failed', 'lost', 'stopped', 'running', 'waiting'] as const

/** What keeps a group from being finished, the worst first. */
export function troubled(group: RunGroup): RunStatus[] {
  return trouble.filter((status) => (group.statuses[status] ?? 0) > 0)
}
