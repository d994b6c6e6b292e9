import type { RunPage, RunRow } from '../api/types'

/** What a fresh first page says about the rows that are shown. */
export interface Difference {
  /** Runs that match and are not shown. */
  newer: number
  /** The shown runs would stand in another order, or fewer would be shown. */
  reordered: boolean
}

/** Compares what is shown with a fresh answer to the same question. */
export function difference(shown: readonly RunRow[], shownTotal: number, fresh: RunPage): Difference {
  const place = new Map(shown.map((row, i) => [row.id, i]))
  let unknown = 0
  let between = 0
  let reordered = false
  let last = -1
  for (const row of fresh.runs) {
    const at = place.get(row.id)
    if (at === undefined) {
      unknown++
      continue
    }
    // Unknown ones below all known ones are merely the next to be loaded.
    between = unknown
    if (at < last) reordered = true
    last = Math.max(last, at)
  }
  const grown = fresh.total - shownTotal
  const complete = shown.length >= shownTotal
  const newer = complete ? Math.max(unknown, grown, 0) : Math.max(grown, 0)
  // More unknown ones than the number grew by: some moved up from below.
  return { newer, reordered: reordered || grown < 0 || (!complete && between > newer) }
}

/** The rows with fresh values in place of old ones; order and number stay. */
export function patch(shown: readonly RunRow[], fresh: readonly RunRow[]): readonly RunRow[] {
  if (fresh.length === 0) return shown
  const values = new Map(fresh.map((row) => [row.id, row]))
  return shown.some((row) => values.has(row.id)) ? shown.map((row) => values.get(row.id) ?? row) : shown
}

/** A further page below what is shown; runs that moved meanwhile appear once. */
export function append(shown: readonly RunRow[], page: readonly RunRow[]): readonly RunRow[] {
  const have = new Set(shown.map((row) => row.id))
  return [...shown, ...page.filter((row) => !have.has(row.id))]
}

/** Rows whose status is another one now, as pairs of before and now. */
export function statusChanges(before: readonly RunRow[], now: readonly RunRow[]): [RunRow, RunRow][] {
  const old = new Map(before.map((row) => [row.id, row]))
  return now.flatMap((row) => {
    const was = old.get(row.id)
    return was === undefined || was.status === row.status ? [] : [[was, row]]
  })
}

/** Ids of the shown rows that are among these. */
export function shownAmong(shown: readonly RunRow[], ...ids: ReadonlySet<string>[]): string[] {
  return shown.filter((row) => ids.some((set) => set.has(row.id))).map((row) => row.id)
}

/** Params that are the same in all of these rows: they tell nothing apart. */
export function sameParams(rows: readonly RunRow[], params: readonly string[]): string[] {
  const [first] = rows
  if (first === undefined || rows.length < 2) return []
  return params.filter((key) => rows.every((row) => row.params[key] === first.params[key]))
}

/** Each id once. */
export function unique(ids: readonly string[]): string[] {
  return [...new Set(ids)]
}

/** The MLflow filter that finds just these runs. */
export function idFilter(ids: readonly string[]): string {
  return `attributes.run_id IN (${ids.map((id) => `'${id.replaceAll("'", '')}'`).join(', ')})`
}

/** The filter that finds the runs nested directly in these. */
export function nestedFilter(ids: readonly string[]): string {
  return `parent IN (${ids.map((id) => `'${id.replaceAll("'", '')}'`).join(', ')})`
}

/** The MLflow filter that finds the runs that read a data set, or one version of it by its content. */
export function dataFilter(name: string, digest?: string): string {
  // MLflow's digests have 36 letters at most; Varve gives it the first 32.
  const content = digest === undefined ? [] : [`dataset.digest = '${digest.slice(0, 32)}'`]
  const quote = name.includes("'") ? '"' : "'"
  const named = name.includes(quote) ? [] : [`dataset.name = ${quote}${name}${quote}`]
  return [...named, ...content].join(' AND ')
}

/** No run is chosen. */
export const nobody: ReadonlySet<string> = new Set()
