import type { RunGroup } from '../../api/tabletypes'
import type { RunStatus } from '../../api/types'
import { columnWord } from '../../state/grouping'

/** Statuses of which a group says that some of its runs have them. */
const trouble = ['failed', 'lost', 'stopped', 'running', 'waiting'] as const

/** What keeps a group from being finished, the worst first. */
export function troubled(group: RunGroup): RunStatus[] {
  return trouble.filter((status) => (group.statuses[status] ?? 0) > 0)
}

/** Words before a key that only say how much of it. */
const amounts = new Set(['n', 'num', 'max', 'min', 'no'])
/** Words that mean nothing without the one before. */
const measures = new Set(['rate', 'size', 'decay', 'ratio', 'factor'])
/** Names up to this length are short already. */
const short = 6

/** A key in few letters: learning_rate is lr, max_depth depth, n_estimators estimators. */
export function shortKey(key: string): string {
  const parts = key.split(/[_\-. ]+|(?<=[a-z])(?=[A-Z])/).filter((part) => part !== '')
  const [first = '', last = ''] = [parts[0], parts.at(-1)]
  if (key.length <= short || parts.length < 2) return key
  if (amounts.has(first.toLowerCase())) return parts.slice(1).join(' ')
  if (measures.has(last.toLowerCase())) return parts.map((part) => part[0] ?? '').join('').toLowerCase()
  return key
}

/** What a group is called in its row: the short names of what tells groups apart, with their values. */
export function shortName(group: RunGroup, columns: readonly string[]): string {
  const keys = columns.map(columnWord)
  const brief = keys.map(shortKey)
  // Two that would be called the same keep their names.
  const names = brief.map((name, i) => (brief.indexOf(name) === brief.lastIndexOf(name) ? name : (keys[i] ?? name)))
  const words = group.key.map(({ text, absent }, i) => `${names[i] ?? ''} ${absent === true ? '–' : text}`.trim())
  return words.length === 0 ? group.name : words.join(', ')
}
