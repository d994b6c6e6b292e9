/** One line of a chart, as it is drawn. */
export interface Line {
  label: string
  /** Colour slot, 1 to 12. */
  slot: number
  /** x0, y0, x1, y1, …; NaN and infinities are values that cannot be drawn. */
  pairs: Float64Array
  /** Points that were logged. */
  total: number
  /** The pairs are a selection of them. */
  sampled: boolean
}

/** What is drawn of a line: strokes, points without neighbours, and what is missing. */
export interface Drawing {
  /** The pairs with NaN for what cannot be drawn: the line has a gap there. */
  pairs: Float64Array
  /** Points with no neighbour to draw a line to, as pairs. */
  lone: Float64Array
  /** Where values are NaN or infinite, for ticks on the axis. */
  gaps: number[]
  /** The last point that can be drawn, in the part that is shown. */
  end: { x: number; y: number } | undefined
}

/** Ticks that are worth drawing; more would be a black bar. */
const mostGaps = 200

/** Splits a line into what can be drawn and what cannot: on a logarithmic axis, nothing up to 0 can. */
export function drawing(pairs: Float64Array, log = false, until = Infinity): Drawing {
  const drawn = new Float64Array(pairs)
  const lone: number[] = []
  const gaps: number[] = []
  let end: Drawing['end']
  const finite = (i: number) => i >= 0 && i < pairs.length && Number.isFinite(pairs[i + 1]) && (!log || (pairs[i + 1] ?? 0) > 0)
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const x = pairs[i] ?? NaN
    const y = pairs[i + 1] ?? NaN
    if (!finite(i)) {
      // An infinity would stretch the axis to nothing.
      drawn[i + 1] = NaN
      if (gaps.length < mostGaps) gaps.push(x)
      continue
    }
    if (x <= until || end === undefined) end = { x, y }
    if (!finite(i - 2) && !finite(i + 2)) lone.push(x, y)
  }
  return { pairs: drawn, lone: Float64Array.from(lone), gaps, end }
}

/** First, last, least and most of what can be drawn. */
export interface Extent {
  first: number
  last: number
  least: number
  most: number
}

/** The extent of a line; undefined when nothing of it can be drawn. */
export function extent(pairs: Float64Array): Extent | undefined {
  let found: Extent | undefined
  for (let i = 1; i < pairs.length; i += 2) {
    const y = pairs[i] ?? NaN
    if (!Number.isFinite(y)) continue
    found ??= { first: y, last: y, least: y, most: y }
    found.last = y
    found.least = Math.min(found.least, y)
    found.most = Math.max(found.most, y)
  }
  return found
}

/** The points of all lines as rows of a table: x, then one value per line. */
export function tableRows(lines: readonly Line[]): { x: number; values: (number | undefined)[] }[] {
  const rows = new Map<number, (number | undefined)[]>()
  lines.forEach((line, column) => {
    for (let i = 0; i + 1 < line.pairs.length; i += 2) {
      const x = line.pairs[i] ?? NaN
      let values = rows.get(x)
      if (values === undefined) {
        values = lines.map(() => undefined)
        rows.set(x, values)
      }
      values[column] = line.pairs[i + 1]
    }
  })
  return [...rows].sort((a, b) => a[0] - b[0]).map(([x, values]) => ({ x, values }))
}

/**
 * Moves labels apart that would lie on each other: none closer than gap, none
 * outside low…high, each as near to its place as can be.
 */
export function spread(places: readonly number[], gap: number, low: number, high: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0))
  const moved = [...places]
  let edge = low
  for (const i of order) {
    moved[i] = Math.max(moved[i] ?? 0, edge)
    edge = (moved[i] ?? 0) + gap
  }
  edge = high
  for (const i of order.reverse()) {
    moved[i] = Math.min(moved[i] ?? 0, edge)
    edge = (moved[i] ?? 0) - gap
  }
  return moved
}

/** The distance of ticks on an axis of bytes from 0 to most: a round number of some IEC unit, at most five ticks. */
export function byteStep(most: number): number {
  for (let unit = 1; ; unit *= 1024) {
    for (const n of [1, 2, 5, 10, 20, 50, 100, 200, 500]) {
      if (n * unit * 4 >= most) return n * unit
    }
  }
}
