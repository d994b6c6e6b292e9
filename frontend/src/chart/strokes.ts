import { drawing, type Drawing } from './data'
import type { Drawn, DrawnSeries } from './drawn'
import type { Look } from './look'
import { smoothed, within } from './smooth'
import { merge, tree, type Token, type Tree } from './tree'

/** What lines are drawn with. */
export interface Stroking {
  drawn: Drawn
  token: Token
  look: Look
  /** Of each line that has a label at its end; filled while they are drawn. */
  drawings: Drawing[]
  /** The y axis is logarithmic. */
  log: boolean
}

/** Ends the id of a series that was smoothed here: it is described as the one that it was made of. */
const smoothMark = '~'

/** A line, its points without neighbours, and ticks for what is missing. */
export function strokes(mine: Tree, described: DrawnSeries, block: Float64Array, context: Stroking): Tree[] {
  const { look, token } = context
  const drawn = drawing(within(block, look.zoom), context.log, look.zoom?.[1])
  if (described.role === 'line') context.drawings.push(drawn)
  const behind = described.slot === 0
  const style = { width: behind ? 1 : 1.6, ...(described.role === 'raw' && { opacity: 0.22 }), ...(described.slot > 12 && { type: 'dashed' }) }
  const colour = tree(mine['lineStyle'])['color'] ?? mine['color'] ?? (behind ? undefined : token(`c-${((described.slot - 1) % 12) + 1}`))
  const base: Tree = {
    ...mine,
    ...(colour !== undefined && { color: colour }),
    data: drawn.pairs,
    showSymbol: false,
    connectNulls: false,
    emphasis: { disabled: true },
    lineStyle: merge({ ...style, ...(colour !== undefined && { color: colour }) }, tree(mine['lineStyle'])),
    z: behind ? 1 : described.role === 'line' ? 3 : 2,
    ...(described.role !== 'line' && { silent: true }),
  }
  if (described.role !== 'line') return [base]
  const silent = { type: 'scatter', name: described.label, silent: true, animation: false, tooltip: { show: false }, color: colour, emphasis: { disabled: true }, dimensions: ['x', 'y'], z: base['z'] }
  const more: Tree[] = []
  if (drawn.lone.length > 0) more.push({ ...silent, data: drawn.lone, symbol: 'circle', symbolSize: 6 })
  if (drawn.gaps.length > 0 && !behind) {
    const data = Float64Array.from(drawn.gaps.flatMap((x) => [x, 0]))
    more.push({ ...silent, data, yAxisIndex: 1, symbol: 'rect', symbolSize: [1.5, 7], symbolOffset: [0, -3.5] })
  }
  return look.smooth > 0 ? withSmooth(base, more, described, block, context) : [base, ...more]
}

/** The line of the points steps back behind the smoothed one. */
function withSmooth(raw: Tree, more: readonly Tree[], described: DrawnSeries, block: Float64Array, { look, log }: Stroking): Tree[] {
  const each = described.total / Math.max(1, block.length / 2)
  const soft = drawing(within(smoothed(block, look.smooth, each), look.zoom), log)
  const faint = { ...raw, lineStyle: { ...tree(raw['lineStyle']), opacity: 0.22 }, z: 1 }
  return [faint, ...more, { ...raw, id: `${String(raw['id'])}${smoothMark}`, name: `${described.label}, smoothed`, data: soft.pairs, step: false, z: 3 }]
}
