/** Rows or columns from first up to, not including, end. */
export interface Span {
  first: number
  end: number
}

/** The rows that a window shows, with some above and below. */
export function rowSpan(scrollTop: number, viewport: number, rowHeight: number, count: number, spare: number): Span {
  const size = ringSize(viewport, rowHeight, spare)
  const top = Math.floor(Math.max(0, scrollTop) / rowHeight) - spare
  const first = Math.max(0, Math.min(top, count - size))
  return { first, end: Math.min(count, first + size) }
}

/** How many slots a window needs: as many at every scroll position. */
export function ringSize(viewport: number, rowHeight: number, spare: number): number {
  return Math.ceil(viewport / rowHeight) + 1 + 2 * spare
}

/**
 * What slot s of a ring shows: the one index of the span that is s modulo the
 * size of the ring, so that scrolling by one rewrites one slot. Undefined when
 * the span is shorter than the ring and has none.
 */
export function inSlot(slot: number, size: number, span: Span): number | undefined {
  const behind = (((slot - span.first) % size) + size) % size
  const index = span.first + behind
  return index < span.end ? index : undefined
}

/** Where columns begin; one longer than the widths, the last is the sum. */
export function offsets(widths: readonly number[]): number[] {
  const at = [0]
  for (const width of widths) at.push((at.at(-1) ?? 0) + width)
  return at
}

/** The columns that are seen between left and right. */
export function columnSpan(at: readonly number[], left: number, right: number, spare: number): Span {
  const count = at.length - 1
  const first = firstBeyond(at, left)
  let end = first
  while (end < count && (at[end] ?? 0) < right) end++
  return { first: Math.max(0, first - spare), end: Math.min(count, end + spare) }
}

/** How many slots columns need: as many at every scroll position, or all slots would be rewritten. */
export function columnRing(at: readonly number[], viewport: number, spare: number): number {
  const count = at.length - 1
  let most = 0
  let end = 0
  for (let first = 0; first < count; first++) {
    // The first one may be seen by its last pixel only.
    while (end < count && (at[end] ?? 0) < (at[first + 1] ?? 0) + viewport) end++
    most = Math.max(most, end - first)
  }
  return Math.max(1, Math.min(count, most + 2 * spare))
}

/** The first column that ends beyond x. */
function firstBeyond(at: readonly number[], x: number): number {
  let low = 0
  let high = at.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((at[middle + 1] ?? 0) <= x) low = middle + 1
    else high = middle
  }
  return low
}

/** Where to scroll so that a stretch is seen whole; where it is, if it is. */
export function reveal(scroll: number, viewport: number, begin: number, end: number): number {
  if (begin < scroll) return begin
  if (end > scroll + viewport) return end - viewport
  return scroll
}
