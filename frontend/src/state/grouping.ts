import type { Grouping } from '../api/tabletypes'

/** How runs are put together: by columns, by all params but some, or nested as they were started. */
export type GroupBy = { by: readonly string[] } | { except: readonly string[] } | 'nested'

/** The same as the door reads it; undefined when nothing is grouped. */
export function asked(group: GroupBy | undefined, columns: readonly string[]): Grouping | undefined {
  if (group === undefined || group === 'nested') return undefined
  return 'by' in group ? { by: [...group.by], columns: [...columns] } : { except: [...group.except], columns: [...columns] }
}

/** A grouping as pairs of an address. */
export function printGroup(group: GroupBy | undefined): [string, string][] {
  if (group === undefined) return []
  if (group === 'nested') return [['nested', 'yes']]
  if ('by' in group) return group.by.map((column) => ['by', column])
  return group.except.length === 0 ? [['allbut', '-']] : group.except.map((column) => ['allbut', column])
}

/** Reads what printGroup wrote. */
export function parseGroup(query: URLSearchParams): GroupBy | undefined {
  if (query.get('nested') !== null) return 'nested'
  const by = query.getAll('by')
  if (by.length > 0) return { by }
  const except = query.getAll('allbut')
  return except.length > 0 ? { except: except.filter((column) => column !== '-') } : undefined
}

/** Whether two are the same. */
export function sameGroup(a: GroupBy | undefined, b: GroupBy | undefined): boolean {
  return JSON.stringify(printGroup(a)) === JSON.stringify(printGroup(b))
}

/** A grouping in words: "all but seed", "learning_rate, depth", "nothing". */
export function groupWords(group: GroupBy | undefined): string {
  if (group === undefined) return 'nothing'
  if (group === 'nested') return 'parent'
  if ('by' in group) return group.by.map(columnWord).join(', ')
  return group.except.length === 0 ? 'all params' : `all but ${group.except.map(columnWord).join(', ')}`
}

/** A column as people call it: params.lr is lr. */
export function columnWord(name: string): string {
  return name.replace(/^(params|metrics|tags)\./, '').replace(/^`(.*)`$/, '$1')
}
