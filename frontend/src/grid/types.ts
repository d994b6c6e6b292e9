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
  /** The context menu of a row is wanted, at a place of the window. */
  menu(row: number, x: number, y: number): void
  /** The row that keys mean: that of the cursor while the grid has the focus. */
  at(row: number | undefined): void
}
