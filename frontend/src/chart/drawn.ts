import type { Line } from './data'
import { listOf, tree } from './tree'

/** One series of a drawn chart. */
export interface DrawnSeries {
  id: string
  label: string
  role: string
  /** Colour slot from 1; 0 is context. */
  slot: number
  dims: readonly string[]
  total: number
  sampled: boolean
}

/** What an axis of a drawn chart shows. */
export interface DrawnAxis {
  column: string
  label: string
  kind: string
  categories?: readonly string[]
  format: string
}

/** A chart as the owner drew it: an option with names in it, and a block of numbers for each series. */
export interface Drawn {
  head: {
    kind: string
    title: string
    note: string
    option: Readonly<Record<string, unknown>>
    series: readonly DrawnSeries[]
    rows?: readonly string[]
    axes?: readonly DrawnAxis[]
    matching: number
    drawn: number
    left?: readonly { n: number; why: string }[]
  }
  blocks: readonly Float64Array[]
}

/** Lines that were read one by one, as a chart: the option says the rest. */
export function drawnLines(title: string, option: Readonly<Record<string, unknown>>, lines: readonly Line[]): Drawn {
  const given = listOf(option['series'])
  const series = lines.map((line, i): DrawnSeries => ({ id: String(i), label: line.label, role: 'line', slot: line.slot, dims: ['x', 'y'], total: line.total, sampled: line.sampled }))
  return {
    head: { kind: 'line', title, note: '', option: { ...option, series: lines.map((_, i) => ({ type: 'line', ...tree(given[i]) })) }, series, matching: 1, drawn: lines.length },
    blocks: lines.map((line) => line.pairs),
  }
}

/** Kinds that are read along an x axis: they have a cursor, and can be zoomed. */
export function isLine(drawn: Drawn): boolean {
  return drawn.head.kind === 'line'
}

/** Whether lines lie beside each other over one axis, and hovering tells of all of them. */
export function hasLines(drawn: Drawn): boolean {
  return isLine(drawn) || drawn.head.series.some((s) => s.role === 'line')
}

/** The lines of a chart, context among them, as pairs. */
export function linesOf(drawn: Drawn): Line[] {
  return drawn.head.series.flatMap((s, i) => {
    const pairs = drawn.blocks[i]
    return s.role !== 'line' || pairs === undefined ? [] : [{ label: s.label, slot: s.slot, pairs, total: s.total, sampled: s.sampled }]
  })
}

/** The lines that are in colour; all, where none is. */
export function toldLines(lines: readonly Line[]): readonly Line[] {
  const coloured = lines.filter((l) => l.slot > 0)
  return coloured.length > 0 ? coloured : lines
}

/** The series that a legend names: those in colour, each once. */
export function toldSeries(drawn: Drawn): readonly DrawnSeries[] {
  const main = drawn.head.series.filter((s) => s.slot > 0 && !['raw', 'low', 'band', 'clipped'].includes(s.role))
  return main.filter((s, i) => main.findIndex((other) => other.id === s.id) === i)
}

/** What a table shows of a chart: heads, and rows of text and numbers. */
export interface DrawnTable {
  heads: readonly string[]
  rows: (string | number)[][]
}

/** Every number of a chart that is no line, as rows of a table. */
export function drawnTable(drawn: Drawn): DrawnTable {
  const { series, axes = [] } = drawn.head
  const most = series.reduce<readonly string[]>((all, s) => (s.dims.length > all.length ? s.dims : all), [])
  const names = most.filter((dim) => dim !== 'row' && dim !== 'diameter')
  const heads = ['', ...names.map((dim, i) => axes[i]?.label ?? dim)]
  // Of a map, the runs are told that it is made of.
  const told = (role: string) => (role === 'cells' ? !series.some((s) => s.role === 'points') : role !== 'levels')
  const rows = series.flatMap((s, i) => {
    if (!told(s.role)) return []
    const block = drawn.blocks[i] ?? new Float64Array()
    const wide = s.dims.length
    return Array.from({ length: wide === 0 ? 0 : Math.floor(block.length / wide) }, (_, r): (string | number)[] => [
      s.label,
      ...names.map((dim, d) => {
        const at = s.dims.indexOf(dim)
        const value = at < 0 ? NaN : (block[r * wide + at] ?? NaN)
        return axes[d]?.categories?.[value] ?? value
      }),
    ])
  })
  return { heads, rows }
}
