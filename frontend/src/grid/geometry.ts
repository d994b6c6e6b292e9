import type { GridColumn } from './types'
import { inSlot, offsets, type Span } from './window'

/** Where the columns of a grid stand, and which of them are drawn. */
export interface Geometry {
  /** Prefix of the ids of cells. */
  id: string
  /** Those that stay at the left edge, with their places there. */
  pinned: readonly Placed[]
  pinnedWidth: number
  /** Width of all columns. */
  total: number
  /** The other drawn columns, slot by slot; undefined where a slot is empty. */
  slots: readonly (Placed | undefined)[]
}

/** A column and its place. */
export interface Placed {
  column: GridColumn
  /** Its number among all columns, from 0. */
  index: number
  left: number
  /** The same as CSS: written out once, because every line has such a cell. */
  style: string
}

/** The columns in the order in which they stand: those that are pinned first, unless they would fill the window. */
export function arranged(columns: readonly GridColumn[], width: number): { pinned: readonly GridColumn[]; others: readonly GridColumn[] } {
  const [first, ...rest] = columns
  if (first === undefined) return { pinned: [], others: [] }
  const pinned = [first, ...rest.filter((c) => c.pinned === true)]
  const room = pinned.reduce((sum, c) => sum + c.width, 0)
  if (width > 0 && pinned.length > 1 && room > width * 0.7) return { pinned: [first], others: rest }
  return { pinned, others: rest.filter((c) => c.pinned !== true) }
}

/** The places of pinned columns, one beside the other. */
export function beside(pinned: readonly GridColumn[]): Placed[] {
  const at = offsets(pinned.map((c) => c.width))
  return pinned.map((column, index) => placed(column, index, at[index] ?? 0, ''))
}

/** The places of all columns that scroll. */
export function places(columns: readonly GridColumn[], at: readonly number[], pinned: { count: number; width: number }): Placed[] {
  return columns.map((column, c) => {
    const left = pinned.width + (at[c] ?? 0)
    return placed(column, c + pinned.count, left, `;max-width:calc(var(--edge, 1e6px) - ${left}px)`)
  })
}

function placed(column: GridColumn, index: number, left: number, more: string): Placed {
  return { column, index, left, style: `left:${left}px;width:${column.width}px${more}` }
}

/** The drawn ones of them in their slots: what stays in a slot is the same object, and costs nothing. */
export function inSlots(all: readonly Placed[], size: number, span: Span): (Placed | undefined)[] {
  return Array.from({ length: size }, (_, slot) => {
    const c = inSlot(slot, size, span)
    return c === undefined ? undefined : all[c]
  })
}

/**
 * Before which column one would come to stand that is dropped at x, counted
 * from the left edge of its part; undefined is the end.
 */
export function dropBefore(columns: readonly GridColumn[], x: number): string | undefined {
  let left = 0
  for (const column of columns) {
    if (x < left + column.width / 2) return column.id
    left += column.width
  }
  return undefined
}

/** No column is narrower, none wider. */
export const narrowest = 40
export const widest = 900

/** A width within what columns may have. */
export function fitting(width: number): number {
  return Math.round(Math.min(widest, Math.max(narrowest, width)))
}
