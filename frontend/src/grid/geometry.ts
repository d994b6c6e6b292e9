import { inSlot, type Span } from './window'
import type { GridColumn } from './types'

/** Where the columns of a grid stand, and which of them are drawn. */
export interface Geometry {
  /** Prefix of the ids of cells. */
  id: string
  pinned: GridColumn | undefined
  pinnedWidth: number
  /** Width of all columns. */
  total: number
  /** The drawn columns, slot by slot; undefined where a slot is empty. */
  slots: readonly (Placed | undefined)[]
}

/** A column that is not pinned, and its place. */
export interface Placed {
  column: GridColumn
  /** Its number among all columns, from 0. */
  index: number
  left: number
}

/** The drawn columns in their slots. */
export function placed(columns: readonly GridColumn[], at: readonly number[], pinnedWidth: number, span: Span): (Placed | undefined)[] {
  const size = Math.max(1, span.end - span.first)
  return Array.from({ length: size }, (_, slot) => {
    const c = inSlot(slot, size, span)
    const column = c === undefined ? undefined : columns[c]
    return column === undefined || c === undefined ? undefined : { column, index: c + 1, left: pinnedWidth + (at[c] ?? 0) }
  })
}
