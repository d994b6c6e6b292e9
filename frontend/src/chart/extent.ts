import type { Drawn } from './drawn'
import { listOf, tree } from './tree'

/** The least and the greatest value on an axis. */
export type Extent = readonly [number, number]

/** What a chart shows on its y axis, as charts of one metric are recognised; undefined where that is no value of a metric. */
export function yTopic({ kind, y, logY }: { kind: string; y?: readonly string[]; logY?: boolean }): string | undefined {
  if (!['line', 'scatter', 'bubble', 'box'].includes(kind) || y === undefined || y.length === 0) return undefined
  const metrics = y.map((column) => column.replace(/^(?:min|max|last)\((.*)\)$/, '$1'))
  if (!metrics.every((column) => column.startsWith('metrics.'))) return undefined
  return `${logY === true ? 'log ' : ''}${[...metrics].sort().join(' ')}`
}

/** Dimensions that lie along the y axis. */
const upward = ['y', 'low', 'q1', 'median', 'q3', 'high']

/** How far the values of a chart reach along its y axis: as its axis says, where that says so. */
export function yExtent(drawn: Drawn): Extent | undefined {
  const axis = tree(listOf(drawn.head.option['yAxis'])[0])
  if (typeof axis['min'] === 'number' && typeof axis['max'] === 'number') return [axis['min'], axis['max']]
  const log = axis['type'] === 'log'
  let low = Infinity
  let high = -Infinity
  drawn.head.series.forEach((series, i) => {
    if (series.role === 'levels') return
    const block = drawn.blocks[i] ?? new Float64Array()
    // A band is drawn on its lower edge, the series before it.
    const below = series.role === 'band' ? drawn.blocks[i - 1] : undefined
    const places = series.dims.flatMap((dim, at) => (upward.includes(dim) && (at > 0 || dim !== 'y') ? [at] : []))
    for (let row = 0; row < block.length; row += Math.max(1, series.dims.length)) {
      for (const at of places) {
        const value = (block[row + at] ?? NaN) + (below?.[row + at] ?? 0)
        if (!Number.isFinite(value) || (log && value <= 0)) continue
        if (value < low) low = value
        if (value > high) high = value
      }
    }
  })
  return low <= high ? [low, high] : undefined
}

/** Both at once. */
export function joined(all: readonly Extent[]): Extent | undefined {
  if (all.length === 0) return undefined
  return [Math.min(...all.map(([low]) => low)), Math.max(...all.map(([, high]) => high))]
}

/** The chart with a y axis from one value to another, and a little room where values would touch its ends. */
export function withY(drawn: Drawn, [low, high]: Extent): Drawn {
  const [first, ...rest] = listOf(drawn.head.option['yAxis'])
  const axis = tree(first)
  const room = axis['type'] === 'log' ? 0 : (high - low) * 0.04
  if (!(high > low)) return drawn
  const level = { ...axis, min: low - room, max: high + room, ...(axis['type'] === 'log' && { max: high * 1.05 }) }
  return { ...drawn, head: { ...drawn.head, option: { ...drawn.head.option, yAxis: [level, ...rest] } } }
}
