import type { DrawnChart } from '../api/charts'

/** Which of the drawn runs have news; 'all' where the chart has to be read whole. */
export function touched(drawn: DrawnChart | undefined, changed: ReadonlySet<string>, metrics: ReadonlySet<string>): ReadonlySet<string> | 'all' {
  if (drawn === undefined) return changed.size + metrics.size > 0 ? 'all' : metrics
  const known = new Set(drawn.head.series.flatMap((s) => s.runs))
  for (const id of drawn.head.rows ?? []) known.add(id)
  // A run that is not drawn may be one by now: its first points have come, or it was just made.
  for (const id of [...changed, ...metrics]) if (!known.has(id)) return 'all'
  // Another name, another param: what is told of a run may be another.
  if (changed.size > 0) return 'all'
  return metrics
}

/** A chart with some of its series read anew. */
export function united(before: DrawnChart, part: DrawnChart): DrawnChart {
  const fresh = new Map(part.head.series.map((s, i) => [`${s.role} ${s.id} ${s.key}`, { s, block: part.blocks[i] ?? new Float64Array() }]))
  const found = before.head.series.map((s, i) => fresh.get(`${s.role} ${s.id} ${s.key}`) ?? { s, block: before.blocks[i] ?? new Float64Array() })
  // Colours and styles are of the option that was there before.
  const series = found.map(({ s }, i) => ({ ...s, slot: before.head.series[i]?.slot ?? s.slot }))
  return { head: { ...before.head, seq: part.head.seq, series }, blocks: found.map(({ block }) => block) }
}
