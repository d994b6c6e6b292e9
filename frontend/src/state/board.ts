import { chartKinds, type ChartSpec } from '../api/charts'
import { parseShown, type ShownThing } from './shown'

/** A chart of a board, and how large it is. */
export interface BoardChart {
  /** For the page only: where it stands may change. */
  id: string
  spec: ChartSpec
  /** Columns of three. */
  width: 1 | 2 | 3
  /** Pixels. */
  height: number
}

/** Charts in their order, and which runs have a colour in them. */
export interface Board {
  charts: readonly BoardChart[]
  shown: readonly ShownThing[]
}

/** The least and the greatest height of a chart, and what a step of it is. */
export const heights = { least: 140, usual: 240, most: 900, step: 20 } as const

/** The widest that a kind looks well by itself. */
export function placedChart(spec: ChartSpec, id: string): BoardChart {
  const wide = spec.kind === 'parallel' || spec.kind === 'images'
  return { id, spec, width: wide ? 3 : 1, height: spec.kind === 'correlation' ? heights.usual + 60 : heights.usual }
}

/** Charts that nobody has arranged yet: where the next one has no room in a row, the last of the row is wider. */
export function filled(charts: readonly BoardChart[]): BoardChart[] {
  const placed: BoardChart[] = []
  let row = 0
  for (const chart of charts) {
    const last = placed.at(-1)
    if (row > 0 && row + chart.width > 3 && last !== undefined) {
      placed[placed.length - 1] = { ...last, width: wide(last.width + 3 - row) }
      row = 0
    }
    placed.push(chart)
    row = (row + chart.width) % 3
  }
  const last = placed.at(-1)
  if (row > 0 && last !== undefined) placed[placed.length - 1] = { ...last, width: wide(last.width + 3 - row) }
  return placed
}

/** Writes a board as it is saved. */
export function printBoard({ charts, shown }: Board): string {
  return JSON.stringify({ charts: charts.map(({ spec, width, height }) => ({ spec, width, height })), shown })
}

/** Reads what was saved; undefined where it is nothing that this page understands. */
export function parseBoard(text: string): Board | undefined {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    return undefined
  }
  if (typeof read !== 'object' || read === null || !('charts' in read) || !Array.isArray(read.charts)) return undefined
  const charts = read.charts.flatMap((one: unknown, i) => {
    const chart = chartOf(one, `c${i}`)
    return chart === undefined ? [] : [chart]
  })
  return { charts, shown: 'shown' in read ? parseShown(JSON.stringify(read.shown)) : [] }
}

function chartOf(one: unknown, id: string): BoardChart | undefined {
  if (typeof one !== 'object' || one === null) return undefined
  const { spec, width, height } = one as Record<string, unknown>
  if (typeof spec !== 'object' || spec === null || !('kind' in spec) || !chartKinds.some((kind) => kind === spec.kind)) return undefined
  return { id, spec: spec as ChartSpec, width: width === 2 || width === 3 ? width : 1, height: tall(typeof height === 'number' ? height : NaN) }
}

/** A height in whole steps, within bounds. */
export function tall(height: number): number {
  if (!Number.isFinite(height)) return heights.usual
  return Math.min(heights.most, Math.max(heights.least, Math.round(height / heights.step) * heights.step))
}

/** A width in columns, within bounds. */
export function wide(width: number): 1 | 2 | 3 {
  return width <= 1 ? 1 : width >= 3 ? 3 : 2
}

/** The charts with one of them put at another place. */
export function movedChart(charts: readonly BoardChart[], id: string, to: number): readonly BoardChart[] {
  const from = charts.findIndex((c) => c.id === id)
  const place = Math.max(0, Math.min(charts.length - 1, to))
  if (from < 0 || from === place) return charts
  const rest = charts.filter((c) => c.id !== id)
  return [...rest.slice(0, place), ...charts.slice(from, from + 1), ...rest.slice(place)]
}
