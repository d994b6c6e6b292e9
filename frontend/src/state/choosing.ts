/** How much of something is chosen. */
export type Share = 'all' | 'some' | 'none'

/** Ids of the runs of a line of the table: one, or those of a group. */
export type LineRuns = (line: number) => readonly string[]

/** What is chosen after a line was touched; with an anchor, all lines up to it become what the anchor is. */
export function choose(chosen: ReadonlySet<string>, runs: LineRuns, line: number, anchor: number | undefined): ReadonlySet<string> {
  const next = new Set(chosen)
  const from = anchor ?? line
  const on = anchor === undefined ? shareOf(chosen, runs(line)) !== 'all' : shareOf(chosen, runs(anchor)) === 'all'
  for (let i = Math.min(from, line); i <= Math.max(from, line); i++) {
    for (const id of runs(i)) {
      if (on) next.add(id)
      else next.delete(id)
    }
  }
  return next
}

/** How many of these are chosen. */
export function shareOf(chosen: ReadonlySet<string>, ids: readonly string[]): Share {
  if (chosen.size === 0) return 'none'
  let some = false
  let all = ids.length > 0
  for (const id of ids) {
    if (chosen.has(id)) some = true
    else all = false
  }
  return all ? 'all' : some ? 'some' : 'none'
}
