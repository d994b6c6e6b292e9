import type { DrawnChart } from '../../api/charts'

/** A param, and how much it says about the metric. */
export interface Importance {
  name: string
  value: number
}

/** The importances of a drawn chart, the greatest first. */
export function importances({ head, blocks }: DrawnChart): Importance[] {
  const at = head.series.findIndex((s) => s.role === 'bars')
  const series = head.series[at]
  const block = blocks[at]
  if (series === undefined || block === undefined) return []
  const categories = (head.axes ?? []).find((axis) => (axis.categories ?? []).length > 0)?.categories ?? []
  const wide = series.dims.length
  // One dimension counts the params, another says how much.
  const which = Math.max(0, series.dims.findIndex((dim, i) => i !== valueDim(series.dims) && dim !== 'row'))
  return Array.from({ length: Math.floor(block.length / Math.max(1, wide)) }, (_, r) => ({
    name: categories[block[r * wide + which] ?? r] ?? '',
    value: block[r * wide + valueDim(series.dims)] ?? NaN,
  }))
    .filter(({ name, value }) => name !== '' && Number.isFinite(value))
    .sort((a, b) => b.value - a.value)
}

function valueDim(dims: readonly string[]): number {
  const named = dims.findIndex((dim) => dim === 'importance' || dim === 'value')
  return named >= 0 ? named : dims.includes('x') ? dims.indexOf('x') : dims.length - 1
}
