import type { RunColumn } from '../api/tabletypes'

/** Metrics that are looked at, at most. */
const most = 8
/** A curve of fewer points tells nothing. */
const least = 4

/** Metrics that may have a curve: validation first, as that is what people judge by. */
export function candidates(columns: readonly RunColumn[]): string[] {
  const keys = columns.filter((c) => c.kind === 'metric' && c.filled > 0).map((c) => c.key)
  const weight = (key: string) => (/val|valid|dev|eval/i.test(key) ? 0 : /loss|rmse|err|acc/i.test(key) ? 1 : 2)
  return keys.map((key, i) => ({ key, i })).sort((a, b) => weight(a.key) - weight(b.key) || a.i - b.i).slice(0, most).map(({ key }) => key)
}

/** The first metric of which most of the runs have a real curve. */
export function mostTelling(keys: readonly string[], curves: readonly (readonly Float64Array[])[]): string | undefined {
  return keys.find((_, k) => {
    const all = curves[k] ?? []
    return all.length > 0 && all.filter((pairs) => pairs.length / 2 >= least).length * 2 >= all.length
  })
}
