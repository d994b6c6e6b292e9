/**
 * The exponential moving average of a line, without the pull towards zero at
 * its beginning. Values that are no numbers stay where they are and count for
 * nothing. Where each point stands for several, the weight holds for so many.
 */
export function smoothed(pairs: Float64Array, weight: number, each = 1): Float64Array {
  const keep = weight ** Math.max(1, each)
  const out = new Float64Array(pairs)
  let sum = 0
  let share = 0
  for (let i = 1; i < pairs.length; i += 2) {
    const y = pairs[i] ?? NaN
    if (!Number.isFinite(y)) continue
    sum = sum * keep + y * (1 - keep)
    share = share * keep + (1 - keep)
    out[i] = sum / share
  }
  return out
}

/** The points of a part of the x axis, with a neighbour on either side so that lines go on to the edge. */
export function within(pairs: Float64Array, zoom: readonly [number, number] | undefined): Float64Array {
  if (zoom === undefined) return pairs
  const first = Math.max(0, place(pairs, zoom[0]) - 1)
  let last = place(pairs, zoom[1])
  while (last < pairs.length / 2 && (pairs[last * 2] ?? Infinity) <= zoom[1]) last++
  return pairs.subarray(first * 2, Math.min(pairs.length, (last + 1) * 2))
}

/** The point nearest to a place on the x axis. */
export function nearest(pairs: Float64Array, x: number): { x: number; y: number } | undefined {
  const at = place(pairs, x)
  const point = (i: number) => (i >= 0 && i * 2 + 1 < pairs.length ? { x: pairs[i * 2] ?? NaN, y: pairs[i * 2 + 1] ?? NaN } : undefined)
  const [before, after] = [point(at - 1), point(at)]
  if (before === undefined || after === undefined) return before ?? after
  return x - before.x < after.x - x ? before : after
}

/** The number of the first point at or after a place. */
function place(pairs: Float64Array, x: number): number {
  let low = 0
  let high = pairs.length / 2
  while (low < high) {
    const middle = (low + high) >> 1
    if ((pairs[middle * 2] ?? Infinity) < x) low = middle + 1
    else high = middle
  }
  return low
}
