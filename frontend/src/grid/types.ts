/** A column of the grid. The first one is pinned and names its row. */
export interface GridColumn {
  id: string
  label: string
  width: number
  /** Figures stand on the right. */
  right: boolean
  sortable: boolean
  sorted: 'ascending' | 'descending' | undefined
  /** It tells nothing apart, and steps back. */
  quiet?: boolean
  /** The whole truth, for hovering. */
  title: string
}

/** What the grid tells its owner. */
export interface GridActions {
  sort(column: string): void
  /** Enter or double click on a row. */
  open(row: number): void
  choose(chosen: ReadonlySet<string>): void
  /** A row that is not loaded is seen. */
  need(): void
  /** Pointer or focus came, or both left. */
  hold(held: boolean): void
  scrolled(top: number): void
  /** A key that the grid does not use; the row of the cursor. */
  key(event: KeyboardEvent, row: number): void
}
