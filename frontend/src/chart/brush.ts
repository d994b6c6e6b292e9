import type { Drawn, DrawnAxis } from './drawn'
import type { EChartsType } from './echarts'

/** The stretch of an axis that was chosen. */
export interface Brush {
  column: string
  from: number
  to: number
}

/** Places of the parallel axes in the box of their chart. */
export const sides = { left: 44, right: 56 } as const

/** What is chosen on the axes of a drawing, by their columns in its order. */
export function chosenOn(chart: EChartsType, columns: readonly string[]): Brush[] {
  // The library keeps the stretches in its model of each axis, and tells them nowhere else.
  const model = (chart as unknown as { getModel: () => Model }).getModel()
  return columns.flatMap((column, i) => {
    const [stretch] = model.getComponent('parallelAxis', i)?.activeIntervals ?? []
    return stretch === undefined ? [] : [{ column, from: Math.min(...stretch), to: Math.max(...stretch) }]
  })
}

interface Model {
  getComponent: (type: string, i: number) => { activeIntervals?: [number, number][] } | undefined
}

/** The runs that lie inside every brush, by their rows; undefined without a brush. */
export function insideBrushes(drawn: Drawn, brushes: readonly Brush[]): ReadonlySet<number> | undefined {
  const { series, axes = [] } = drawn.head
  const where = brushes.flatMap((b) => {
    const at = axes.findIndex((axis) => axis.column === b.column)
    return at < 0 ? [] : [{ at, ...b }]
  })
  if (where.length === 0) return undefined
  const inside = new Set<number>()
  series.forEach((s, i) => {
    const block = drawn.blocks[i] ?? new Float64Array()
    const wide = s.dims.length
    const row = s.dims.indexOf('row')
    for (let from = 0; from + wide <= block.length; from += wide) {
      const within = where.every((b) => {
        const value = block[from + b.at] ?? NaN
        return value >= b.from && value <= b.to
      })
      if (within) inside.add(block[from + row] ?? NaN)
    }
  })
  return inside
}

/** What the brushes choose, as text of the query language; undefined for what it cannot say. */
export function brushFilter(axes: readonly DrawnAxis[], brushes: readonly Brush[]): string | undefined {
  const parts = brushes.map((b) => {
    const axis = axes.find((one) => one.column === b.column)
    return axis === undefined ? undefined : condition(axis, b)
  })
  return parts.includes(undefined) || parts.length === 0 ? undefined : parts.join(' AND ')
}

function condition({ column, kind, categories = [] }: DrawnAxis, { from, to }: Brush): string | undefined {
  if (kind === 'text') {
    const chosen = categories.filter((_, i) => i >= from && i <= to)
    const quoted = chosen.map(quote)
    if (chosen.length === 0 || chosen.includes('–') || quoted.includes(undefined)) return undefined
    return chosen.length === 1 ? `${column} = ${quoted[0] ?? ''}` : `${column} IN (${quoted.join(', ')})`
  }
  if (kind === 'number') return `${column} >= ${figure(from)} AND ${column} <= ${figure(to)}`
  // Durations are written in seconds, times as dates.
  if (kind === 'duration') return `${column} >= ${Math.floor(from / 1000)}s AND ${column} <= ${Math.ceil(to / 1000)}s`
  return `${column} >= '${date(from)}' AND ${column} <= '${date(to)}'`
}

/** A text stands in the kind of quotes that it does not hold. */
function quote(text: string): string | undefined {
  if (!text.includes("'")) return `'${text}'`
  return text.includes('"') ? undefined : `"${text}"`
}

/** A pointer is no more exact than this. */
function figure(value: number): string {
  return String(Math.round(value * 1e6) === 0 || Math.abs(value) >= 1e6 ? value : Math.round(value * 1e6) / 1e6)
}

function date(time: number): string {
  return new Date(time).toISOString().slice(0, 19) + 'Z'
}
