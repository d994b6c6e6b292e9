import type { RunRow } from '../api/types'

/** The metric that most runs have; of several the first by name. */
export function common(runs: readonly Pick<RunRow, 'metrics'>[]): string | undefined {
  const counts = new Map<string, number>()
  for (const run of runs) for (const key of Object.keys(run.metrics)) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))[0]?.[0]
}
