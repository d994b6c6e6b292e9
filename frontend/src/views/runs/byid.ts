import type { Column } from './columns'

/** Columns by their ids. */
export function columnsById(columns: readonly Column[]): ReadonlyMap<string, Column> {
  return new Map(columns.map((c) => [c.id, c]))
}
