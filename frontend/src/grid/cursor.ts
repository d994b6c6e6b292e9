/** The cell that keys move; row −1 is the head. */
export interface Cursor {
  row: number
  column: number
}

/** The size of what the cursor moves in. */
export interface Bounds {
  rows: number
  columns: number
  /** Rows of one page. */
  page: number
}

/** Where a key leads; undefined when it is no key of moving. */
export function move(cursor: Cursor, key: string, ctrl: boolean, bounds: Bounds): Cursor | undefined {
  const { row, column } = cursor
  const to = (r: number, c: number): Cursor => ({
    row: Math.max(-1, Math.min(r, bounds.rows - 1)),
    column: Math.max(0, Math.min(c, bounds.columns - 1)),
  })
  switch (key) {
    case 'ArrowUp':
      return to(ctrl ? 0 : row - 1, column)
    case 'ArrowDown':
      return to(ctrl ? bounds.rows - 1 : row + 1, column)
    case 'ArrowLeft':
      return to(row, ctrl ? 0 : column - 1)
    case 'ArrowRight':
      return to(row, ctrl ? bounds.columns - 1 : column + 1)
    case 'PageUp':
      return to(Math.max(0, row - bounds.page), column)
    case 'PageDown':
      return to(Math.max(0, row) + bounds.page, column)
    case 'Home':
      return ctrl ? to(0, 0) : to(row, 0)
    case 'End':
      return ctrl ? to(bounds.rows - 1, bounds.columns - 1) : to(row, bounds.columns - 1)
    default:
      return undefined
  }
}
