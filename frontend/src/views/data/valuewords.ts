import type { ColumnDrift, TableChanges } from '../../api/types'
import { count } from '../../format/number'
import { listed, plural } from '../../format/words'

/** A value of two versions, once if it is the same. */
export function bothWays(before: string, after: string): string {
  if (before === after) return after
  return `${before === '' ? '–' : before} → ${after === '' ? '–' : after}`
}

/** What became of the rows: 2 rows added, 1 changed, 97 the same. */
export function rowsSaid(table: TableChanges): string {
  const parts = [
    [table.added_rows, 'added'],
    [table.removed_rows, 'removed'],
    [table.changed_rows, 'changed'],
    [table.same, 'the same'],
  ] as const
  const some = parts.filter(([n]) => n > 0)
  if (some.length === 0) return 'There are no rows.'
  return some.map(([n, what], i) => `${i === 0 ? plural(n, 'row') : count(n)} ${what}`).join(', ')
}

/** A head above rows: 3 rows added; the first 50 of 783 rows changed. */
export function shownOf(shown: number, all: number, what: string): string {
  return shown < all ? `The first ${count(shown)} of ${plural(all, 'row')} ${what}` : `${plural(all, 'row')} ${what}`
}

/** Whether the values of a column are others than before. */
export function drifted(c: ColumnDrift): boolean {
  if (c.cells > 0 || c.before.type !== c.after.type || c.before.missing !== c.after.missing || c.before.rows !== c.after.rows) return true
  return c.distance === undefined ? c.after.type !== 'empty' : c.distance !== 0
}

/** Which values of text came and went. */
export function categoriesSaid(c: ColumnDrift): string {
  const said: string[] = []
  if (c.new.length > 0) said.push(`new: ${listed(c.new)}`)
  if (c.gone.length > 0) said.push(`gone: ${listed(c.gone)}`)
  return said.join('; ')
}
