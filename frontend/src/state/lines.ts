import type { RunOrder } from '../api/order'
import type { RunFacts, RunGroup } from '../api/tabletypes'
import type { CellStore, CellValue, RunData } from './cells'

/** What every line has. */
interface AnyLine {
  id: string
  /** How deep it stands in its group, from 0. */
  level: number
  /** Whether what is in it is shown; undefined when nothing is. */
  open?: boolean | undefined
}

/** A run in a line of the table. */
export interface RunLine extends AnyLine {
  facts: RunFacts
  values: Readonly<Record<string, CellValue>>
  /** Columns of which only the beginning is here. */
  cut?: ReadonlySet<string> | undefined
  /** It does not match itself: it is here for a run that is nested in it. */
  context: boolean
  /** Of a member: the group that it stands in. */
  within?: string | undefined
  group?: undefined
}

/** A group of runs in a line of the table. */
export interface GroupLine extends AnyLine {
  group: RunGroup
}

export type Line = RunLine | GroupLine

/**
 * Which line shows what: the runs in their order, below the heads of groups, or
 * below the runs that they are nested in, as far as these are open.
 */
export class Shape {
  readonly order: RunOrder
  readonly tree: boolean
  readonly count: number
  /** Per line a run, or −1 − g for the head of group g; undefined when lines and runs are the same. */
  readonly #shown: Int32Array | undefined
  readonly #groups: readonly RunGroup[]
  /** Per run of a nested order: how deep it stands, and how many stand in it. */
  readonly #depths: Uint16Array | undefined
  readonly #children: Uint32Array | undefined
  readonly #context: ReadonlySet<number>
  readonly #toggled: ReadonlySet<string>

  constructor(order: RunOrder, toggled: ReadonlySet<string>) {
    this.order = order
    this.#toggled = toggled
    this.#groups = order.head.groups ?? []
    this.#context = new Set(order.head.context ?? [])
    this.tree = order.head.groups !== undefined || order.parents !== undefined
    if (order.parents !== undefined) {
      const { depths, children } = nesting(order)
      this.#depths = depths
      this.#children = children
      this.#shown = this.#unfolded()
    } else if (order.head.groups !== undefined) this.#shown = this.#grouped()
    this.count = this.#shown?.length ?? order.total
  }

  /** The group whose head a line is. */
  group(line: number): RunGroup | undefined {
    const entry = this.#shown?.[line]
    return entry === undefined || entry >= 0 ? undefined : this.#groups[-1 - entry]
  }

  /** The place in the order of the run of a line. */
  run(line: number): number | undefined {
    if (line < 0 || line >= this.count) return undefined
    const entry = this.#shown === undefined ? line : this.#shown[line]
    return entry === undefined || entry < 0 ? undefined : entry
  }

  /** Ids of the runs that a line stands for. */
  runs(line: number): readonly string[] {
    const group = this.group(line)
    if (group !== undefined) return this.members(group)
    const run = this.run(line)
    return run === undefined ? [] : [this.order.id(run)]
  }

  /** Ids of the runs of a group. */
  members(group: RunGroup): readonly string[] {
    return Array.from({ length: group.runs }, (_, i) => this.order.id(group.from + i))
  }

  /** What is toggled when a line opens or closes. */
  key(line: number): string | undefined {
    const run = this.run(line)
    return this.group(line)?.id ?? (run === undefined ? undefined : this.order.id(run))
  }

  open(line: number): boolean | undefined {
    const group = this.group(line)
    if (group !== undefined) return this.#toggled.has(group.id)
    const run = this.run(line)
    if (run === undefined || (this.#children?.[run] ?? 0) === 0) return undefined
    return this.#isOpen(run)
  }

  level(line: number): number {
    const run = this.run(line)
    if (run === undefined) return 0
    return this.#depths?.[run] ?? (this.#shown === undefined ? 0 : 1)
  }

  /** The group that the run of a line stands in. */
  within(line: number): string | undefined {
    if (this.#groups.length === 0 || this.group(line) !== undefined) return undefined
    const run = this.run(line) ?? -1
    let low = 0
    let high = this.#groups.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#groups[middle]?.from ?? 0) <= run) low = middle
      else high = middle - 1
    }
    return this.#groups[low]?.id
  }

  isContext(run: number): boolean {
    return this.#context.has(run)
  }

  /** Runs are closed until they are opened, but not those that are here for the ones in them. */
  #isOpen(run: number): boolean {
    return this.#toggled.has(this.order.id(run)) !== this.#context.has(run)
  }

  #grouped(): Int32Array {
    const lines: number[] = []
    this.#groups.forEach((group, g) => {
      lines.push(-1 - g)
      if (this.#toggled.has(group.id)) for (let i = 0; i < group.runs; i++) lines.push(group.from + i)
    })
    return Int32Array.from(lines)
  }

  #unfolded(): Int32Array {
    const { order } = this
    const lines: number[] = []
    const seen = new Uint8Array(order.total)
    for (let run = 0; run < order.total; run++) {
      const above = order.parent(run)
      // Parents stand before what is in them: whether they are seen is known.
      if (above !== undefined && !(seen[above] === 1 && this.#isOpen(above))) continue
      seen[run] = 1
      lines.push(run)
    }
    return Int32Array.from(lines)
  }
}

function nesting(order: RunOrder): { depths: Uint16Array; children: Uint32Array } {
  const depths = new Uint16Array(order.total)
  const children = new Uint32Array(order.total)
  for (let run = 0; run < order.total; run++) {
    const above = order.parent(run)
    if (above === undefined) continue
    depths[run] = (depths[above] ?? 0) + 1
    children[above] = (children[above] ?? 0) + 1
  }
  return { depths, children }
}

/** The lines of the table with what is known of their runs; made anew whenever that has changed. */
export class Lines {
  readonly shape: Shape
  readonly cells: CellStore
  readonly #before: Map<number, { data: RunData; line: RunLine }>

  /** Lines of which nothing has changed stay the same objects. */
  constructor(shape: Shape, cells: CellStore, before?: Lines) {
    this.shape = shape
    this.cells = cells
    this.#before = before?.shape === shape ? before.#before : new Map<number, { data: RunData; line: RunLine }>()
  }

  get count(): number {
    return this.shape.count
  }

  get tree(): boolean {
    return this.shape.tree
  }

  at(index: number): Line | undefined {
    const { shape } = this
    const group = shape.group(index)
    if (group !== undefined) return { id: group.id, level: 0, open: shape.open(index), group }
    const run = shape.run(index)
    const data = run === undefined ? undefined : this.cells.get(shape.order.id(run))
    if (run === undefined || data === undefined) return undefined
    const before = this.#before.get(index)
    if (before?.data === data) return before.line
    const line: RunLine = {
      id: data.facts.id,
      level: shape.level(index),
      open: shape.open(index),
      facts: data.facts,
      values: data.values,
      cut: data.cut,
      context: shape.isContext(run),
      within: shape.within(index),
    }
    this.#before.set(index, { data, line })
    return line
  }
}
