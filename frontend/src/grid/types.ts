/** A column of the grid. The first one names its row. */
export interface GridColumn {
  id: string
  label: string
  width: number
  /** Figures stand on the right. */
  right: boolean
  sortable: boolean
  sorted: 'ascending' | 'descending' | undefined
  /** It stays at the left edge; the first one always does. */
  pinned?: boolean
  /** Its cells can be written in. */
  editable?: boolean
  /** It tells nothing apart, and steps back. */
  quiet?: boolean
  /** The whole truth, for hovering. */
  title: string
}

/** A line of the grid: a thing, or a group of things that opens. */
export interface GridRow {
  id: string
  /** How deep it stands in its group, from 0. */
  level: number
  /** Of a group: whether its members are shown. */
  open?: boolean | undefined
}

/** What most cells are: a text, on a scale or not. */
export interface GridText {
  text: string
  /** The whole truth, for hovering. */
  title: string | undefined
  /** Further classes. */
  look: string
  /** Of a bar before the text: its length, 0…1. */
  bar?: number | undefined
  /** The colour of the whole cell. */
  ground?: string | undefined
  /** A smaller text after it, in room of its own (px), so that figures stand below each other. */
  after?: { text: string; room: number } | undefined
}

/** The lines of the grid. Another object when one of them has changed. */
export interface GridRows<Row extends GridRow> {
  readonly count: number
  /** Some of them are groups. */
  readonly tree: boolean
  /** Undefined while it is not loaded. */
  at(index: number): Row | undefined
}

/** How much of something is chosen. */
export type Share = 'all' | 'some' | 'none'

/** What is chosen. Another object when that has changed. */
export interface GridChosen<Row extends GridRow> {
  readonly all: Share
  of(row: Row): Share
}

/** Where a grid is scrolled to. */
export interface Place {
  top: number
  left: number
}

/** What the grid tells its owner. Rows and their places are counted from 0. */
export interface GridActions {
  sort(column: string): void
  /** Enter or double click on a row. */
  open(row: number): void
  /** A group is to be opened or closed. */
  expand(row: number, open: boolean): void
  /** A row is to be chosen, or let go; from an anchor on, all up to it become what the anchor is. */
  choose(row: number, anchor: number | undefined): void
  chooseAll(on: boolean): void
  /** These rows are seen, up to but not including end. */
  seen(first: number, end: number): void
  /** These columns are drawn, by their places among all in order. */
  drawn(first: number, end: number): void
  /** Pointer or focus came, or both left. */
  hold(held: boolean): void
  scrolled(place: Place): void
  /** The context menu of a row is wanted, at a place of the window. */
  menu(row: number, x: number, y: number): void
  /** The menu of a column is wanted. */
  headMenu(column: string, x: number, y: number): void
  /** The row that keys mean: that of the cursor while the grid has the focus. */
  at(row: number | undefined, column: string | undefined): void
  /** A cell is to be written in. */
  edit(row: number, column: string): void
  /** A column gets another width. */
  resize(column: string, width: number): void
  /** A column goes before another one, or to the end of its part. */
  reorder(column: string, before: string | undefined): void
}
