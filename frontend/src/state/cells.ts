import type { CellColumn, RunCells, RunFacts } from '../api/tabletypes'
import { fromWire } from '../format/number'

/** What stands in a cell: undefined where the run has nothing. */
export type CellValue = number | string | undefined

/** What is known of a run: a column that was never asked for is not among its values. */
export interface RunData {
  facts: RunFacts
  values: Readonly<Record<string, CellValue>>
  /** Columns of which only the beginning is here. */
  cut?: ReadonlySet<string> | undefined
}

/** Runs whose cells are kept; beyond, those that were read longest ago are let go. */
const most = 4000

/** The cells of runs, by id: read in windows, kept while the order of the runs changes. */
export class CellStore {
  readonly #known = new Map<string, RunData>()
  readonly #gone = new Set<string>()
  readonly #stale = new Set<string>()
  /** Those that are being asked for because they changed: cells that are not asked for are old. */
  readonly #renewing = new Set<string>()

  get(id: string): RunData | undefined {
    return this.#known.get(id)
  }

  /** All that is known, the oldest first. */
  get all(): Iterable<RunData> {
    return this.#known.values()
  }

  /** Which of these runs must be asked for: they are not known, lack a column, or have changed. */
  missing(ids: Iterable<string>, columns: readonly string[]): string[] {
    const wanted: string[] = []
    for (const id of ids) {
      const known = this.#known.get(id)
      if (known === undefined ? !this.#gone.has(id) : this.#stale.has(id) || columns.some((name) => !(name in known.values))) wanted.push(id)
    }
    return wanted
  }

  /** These have changed; answers whether any of them is known. */
  changed(ids: Iterable<string>): boolean {
    let any = false
    for (const id of ids) {
      // One that was in nobody's records may be a new one.
      this.#gone.delete(id)
      // The first answer on one that is not known yet may be on its way, and from before.
      this.#stale.add(id)
      any ||= this.#known.has(id)
    }
    for (const id of this.#stale) {
      if (this.#stale.size <= most) break
      if (!this.#known.has(id)) this.#stale.delete(id)
    }
    return any
  }

  /** Everything may have changed. */
  changedAll(): void {
    this.#gone.clear()
    for (const id of this.#known.keys()) this.#stale.add(id)
  }

  /** They are being asked for: what changes from now on is another change. */
  asking(ids: readonly string[]): void {
    for (const id of ids) if (this.#stale.delete(id)) this.#renewing.add(id)
  }

  /** Takes an answer in; answers what was known before of runs that had another status. */
  merge(asked: readonly string[], columns: readonly string[], answer: RunCells): [RunFacts, RunFacts][] {
    const blank = Object.fromEntries(columns.map((name) => [name, undefined]))
    const fresh = answer.runs.map((): Record<string, CellValue> => ({ ...blank }))
    const cuts = new Map<number, Set<string>>()
    for (const column of answer.columns) fill(column, fresh, cuts)
    const moved: [RunFacts, RunFacts][] = []
    answer.runs.forEach((facts, row) => {
      const before = this.#known.get(facts.id)
      if (before !== undefined && before.facts.status !== facts.status) moved.push([before.facts, facts])
      const kept = this.#renewing.delete(facts.id) ? undefined : before?.values
      const cut = cuts.get(row)
      this.#known.delete(facts.id)
      this.#known.set(facts.id, { facts, values: { ...kept, ...fresh[row] }, ...(cut !== undefined && { cut }) })
    })
    const here = new Set(answer.runs.map((facts) => facts.id))
    for (const id of asked) {
      if (here.has(id)) continue
      this.#known.delete(id)
      this.#gone.add(id)
    }
    for (const id of this.#known.keys()) {
      if (this.#known.size <= most) break
      this.#known.delete(id)
      this.#stale.delete(id)
    }
    return moved
  }
}

function fill(column: CellColumn, rows: readonly Record<string, CellValue>[], cuts: Map<number, Set<string>>): void {
  const values = column.numbers?.map(fromWire) ?? column.texts ?? []
  values.forEach((value, k) => {
    const row = rows[column.at?.[k] ?? k]
    if (row !== undefined) row[column.name] = value
  })
  for (const row of column.cut ?? []) {
    const names = cuts.get(row) ?? new Set<string>()
    cuts.set(row, names.add(column.name))
  }
}
