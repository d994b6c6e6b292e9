/** Room for the thickness of the line. */
const inset = 2

/** The path of a curve of pairs of step and value; empty when there are not two points. */
export function sparkPath(pairs: Float64Array, width: number, height: number): string {
  let points = 0
  let x0 = Infinity
  let x1 = -Infinity
  let y0 = Infinity
  let y1 = -Infinity
  for (let i = 0; i < pairs.length; i += 2) {
    const x = pairs[i] ?? NaN
    const y = pairs[i + 1] ?? NaN
    if (!Number.isFinite(x) || !Number.isFinite(y)) continue
    points++
    x0 = Math.min(x0, x)
    x1 = Math.max(x1, x)
    y0 = Math.min(y0, y)
    y1 = Math.max(y1, y)
  }
  if (points < 2) return ''
  const sx = x1 > x0 ? (width - 2 * inset) / (x1 - x0) : 0
  const sy = y1 > y0 ? (height - 2 * inset) / (y1 - y0) : 0
  let path = ''
  // A gap in the values is a gap in the line.
  let pen = 'M'
  for (let i = 0; i < pairs.length; i += 2) {
    const x = pairs[i] ?? NaN
    const y = pairs[i + 1] ?? NaN
    if (!Number.isFinite(x) || !Number.isFinite(y)) {
      pen = 'M'
      continue
    }
    const at = sy === 0 ? height / 2 : height - inset - (y - y0) * sy
    path += `${pen}${tenth(inset + (x - x0) * sx)} ${tenth(at)}`
    pen = 'L'
  }
  return path
}

function tenth(n: number): number {
  return Math.round(n * 10) / 10
}
