/** Points of a line as pairs x, y, and how many of them there are in truth. */
export interface Points {
  /** x0, y0, x1, y1, … */
  pairs: Float64Array
  /** Points that were logged. */
  total: number
  /** The pairs are a selection: least and most of each stretch. */
  sampled: boolean
}

/**
 * Reads pairs of little-endian float64. Typed arrays use the byte order of
 * the machine, so on a big-endian one each number is read by itself.
 */
export function decodePairs(buffer: ArrayBuffer): Float64Array {
  const size = buffer.byteLength - (buffer.byteLength % 16)
  if (littleEndian) return new Float64Array(buffer, 0, size / 8)
  const view = new DataView(buffer)
  return Float64Array.from({ length: size / 8 }, (_, i) => view.getFloat64(i * 8, true))
}

/** Reads an answer of /runs/{run}/series. */
export function decodePoints(buffer: ArrayBuffer, headers: Headers): Points {
  const pairs = decodePairs(buffer)
  const total = Number(headers.get('Varve-Points') ?? NaN)
  return {
    pairs,
    total: Number.isFinite(total) ? total : pairs.length / 2,
    sampled: headers.get('Varve-Sampled') === 'true',
  }
}

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1
