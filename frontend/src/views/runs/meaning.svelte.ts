import type { RunFacts } from '../../api/tabletypes'
import type { RunsTable } from '../../state/runs.svelte'

/** A chosen run whose row is not loaded: only its id is known. */
export const unseen: RunFacts = { id: '', name: '', experiment: '', status: 'finished', data: [], trashed: false }

/** Which runs and which column commands of the table mean: those under the menu, those that are chosen, or that of the cursor. */
export class Meaning {
  /** The runs whose menu is open. */
  under = $state.raw<readonly string[] | undefined>(undefined)
  /** The column whose menu is open. */
  column = ''
  /** The cell that is written in. */
  editing = $state.raw<{ run: string; column: string } | undefined>(undefined)
  #line = $state<number | undefined>(undefined)
  #at = $state<string | undefined>(undefined)
  readonly #table: RunsTable
  readonly #writable: (column: string) => boolean

  /** writable says whether cells of a column can be written in. */
  constructor(table: RunsTable, writable: (column: string) => boolean) {
    this.#table = table
    this.#writable = writable
  }

  /** The cursor of the table is here; nowhere while the table has no focus. */
  point(line: number | undefined, column: string | undefined): void {
    this.#line = line
    this.#at = column
  }

  /** The line of the cursor. */
  get line(): number | undefined {
    return this.#line
  }

  /** Ids of the runs that are meant. */
  readonly ids = $derived.by((): readonly string[] => {
    if (this.under !== undefined) return this.under
    if (this.#table.chosen.size > 0) return [...this.#table.chosen]
    return this.#line === undefined ? [] : this.#table.lines.shape.runs(this.#line)
  })

  /** What is known of them. */
  readonly runs = $derived.by((): readonly RunFacts[] => {
    const { cells } = this.#table.lines
    return this.ids.map((id) => cells.get(id)?.facts ?? { ...unseen, id })
  })

  /** Whether the cursor is in a cell that can be written in, of a single run. */
  get writable(): boolean {
    return this.#at !== undefined && this.#writable(this.#at) && this.#lineRun !== undefined
  }

  /** Begins to write in the cell of the cursor, or in another one of its line. */
  write(column = this.#at): void {
    if (this.#line !== undefined && column !== undefined) this.edit(this.#line, column)
  }

  /** Begins to write in a cell, if that can be. */
  edit(line: number, column: string): void {
    const row = this.#table.lines.at(line)
    if (row !== undefined && row.group === undefined && (column === 'name' || this.#writable(column))) this.editing = { run: row.id, column }
  }

  get #lineRun(): string | undefined {
    const row = this.#line === undefined ? undefined : this.#table.lines.at(this.#line)
    return row?.group === undefined ? row?.id : undefined
  }
}
