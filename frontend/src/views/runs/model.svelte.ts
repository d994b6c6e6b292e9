import { untrack } from 'svelte'
import type { App } from '../../state/app'
import type { RunData } from '../../state/cells'
import type { RunsRoute } from '../../state/route'
import { Spreads } from '../../state/spreads.svelte'
import { columnsById } from './byid'
import { arrange, catalogue, cellName, gridColumns, Measures, scaleOf, sortedBy, type Column } from './columns'
import { Formats } from './formats'

/** Columns whose cells are read beyond those that are seen, on both sides. */
const margin = 8
/** Rows that widths and decimals are measured by. */
const measured = 60

/** The table as the page draws it: its columns, how they are laid out, and how their figures are written. */
export class TableModel {
  /** Between which columns the grid draws. */
  range = $state.raw({ first: 1, end: 12 })
  narrow = $state(false)
  readonly spreads: Spreads
  readonly #app: App
  readonly #route: () => RunsRoute

  constructor(app: App, route: () => RunsRoute) {
    this.#app = app
    this.#route = route
    this.spreads = new Spreads(app.table)
  }

  // What an address says, one by one: another order does not bring other columns.
  readonly #many = $derived.by(() => this.#route().experiments.length !== 1)
  readonly #differs = $derived.by(() => this.#route().differs === true)
  readonly #group = $derived.by(() => this.#route().group)
  readonly #order = $derived.by(() => this.#route().order)

  readonly candidates = $derived.by(() => {
    const { runs, curves } = this.#app
    return catalogue({ columns: runs.columns, manyExperiments: this.#many, curve: curves.telling })
  })
  readonly arranged = $derived.by(() => arrange(this.candidates, this.#app.views.layout, this.#differs))
  readonly byId = $derived(columnsById(this.arranged.columns))
  readonly grouped = $derived.by((): readonly string[] => {
    if (!this.#isGrouped) return []
    return this.#drawn.filter((c) => c.kind === 'metric' || c.kind === 'param').flatMap((c) => cellName(c) ?? [])
  })
  /** Names of the cells that are asked for: those of the columns that are seen, and some beside. */
  readonly wanted = $derived.by(() => {
    const names = this.#drawn.flatMap((c) => cellName(c) ?? [])
    return names.length === 0 ? ['status'] : names
  })
  readonly #scope = $derived.by(() => this.#route().experiments.join())
  readonly #measures = $derived(new Measures(this.#scope))
  /** Columns that have a histogram in their head. */
  readonly spread = $derived.by(() => this.#drawn.filter((c) => c.form === 'number' || c.id === 'duration' || (c.kind === 'param' && !c.same)).map((c) => c.id))

  readonly formats = $derived.by(() => {
    const { runs } = this.#app
    const groups = untrack(() => (runs.order.head.groups ?? []).map((group) => group.cells))
    return new Formats(this.#sample(runs.sampled + runs.answers), this.spreads.known, groups, runs.grouped)
  })

  readonly gridColumns = $derived.by(() => gridColumns(this.arranged, this.formats, this.#order, this.#isGrouped, this.narrow, this.#measures))

  scale(column: Column) {
    return scaleOf(this.arranged.looks.get(column.id), sortedBy(this.#order, column.id) !== undefined, column)
  }

  get #isGrouped(): boolean {
    return this.#group !== undefined && this.#group !== 'nested'
  }

  readonly #drawn = $derived.by(() => {
    const { columns } = this.arranged
    const pinned = columns.filter((c) => this.arranged.looks.get(c.id)?.pinned === true)
    const { first, end } = this.range
    return [...pinned, ...columns.slice(Math.max(0, first - margin), end + margin).filter((c) => !pinned.includes(c))]
  })

  /**
   * The first rows, read anew when some of them have come. Rows further down
   * change nothing: decimals would jump while the table is scrolled.
   */
  #sample(sampled: number): RunData[] {
    const { runs } = this.#app
    const shape = untrack(() => runs.lines.shape)
    if (sampled === 0) return []
    const some: RunData[] = []
    for (let line = 0; line < Math.min(measured, shape.count); line++) {
      const run = shape.run(line)
      const data = run === undefined ? undefined : runs.cells.get(shape.order.id(run))
      if (data !== undefined) some.push(data)
    }
    return some
  }
}
