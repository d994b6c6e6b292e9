import { expect, test } from 'vitest'
import type { ColumnDrift, ColumnSummary, TableChanges } from '../../api/types'
import { bothWays, categoriesSaid, drifted, rowsSaid, shownOf } from './valuewords'

const column = (over: Partial<ColumnSummary> = {}): ColumnSummary => ({ name: 'x', type: 'number', rows: 10, missing: 0, distinct: 3, many: false, ...over })
const drift = (over: Partial<ColumnDrift> = {}): ColumnDrift => ({ name: 'x', before: column(), after: column(), cells: 0, distance: 0, new: [], gone: [], ...over })
const facts = { kind: 'Text', rows: 10, more: false }
const table = (over: Partial<TableChanges> = {}): TableChanges => ({
  before: facts, after: facts, added: [], removed: [], common: [], left: 0, key: 'id', chosen: false, keys: ['id'], same: 0, added_rows: 0, removed_rows: 0, changed_rows: 0,
  columns_before: [], columns_after: [], first_added: [], first_removed: [], first_changed: [], ...over,
})

test('a value of two versions', () => {
  expect([bothWays('1', '1'), bothWays('1', '2'), bothWays('', '2'), bothWays('', '')]).toEqual(['1', '1 → 2', '– → 2', ''])
})

test('what became of rows', () => {
  expect(rowsSaid(table({ added_rows: 1, changed_rows: 1200, same: 97 }))).toBe('1 row added, 1,200 changed, 97 the same')
  expect(rowsSaid(table())).toBe('There are no rows.')
  expect([shownOf(3, 3, 'added'), shownOf(50, 783, 'changed')]).toEqual(['3 rows added', 'The first 50 of 783 rows changed'])
})

test('a column drifts if anything of it is another', () => {
  expect(drifted(drift())).toBe(false)
  for (const over of [{ cells: 1 }, { distance: 0.1 }, { after: column({ type: 'text' }) }, { after: column({ missing: 1 }) }, { after: column({ rows: 11 }) }]) expect(drifted(drift(over))).toBe(true)
  const unknown = drift()
  delete unknown.distance
  expect(drifted(unknown)).toBe(true)
})

test('categories that came and went', () => {
  expect(categoriesSaid(drift({ new: ['a', 'b'], gone: ['c'] }))).toBe('new: a and b; gone: c')
  expect(categoriesSaid(drift())).toBe('')
})
