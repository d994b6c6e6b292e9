import type { RunRow } from '../api/types'

/** Rows whose status is another one now, as pairs of before and now. */
export function statusChanges(before: readonly RunRow[], now: readonly RunRow[]): [RunRow, RunRow][] {
  const old = new Map(before.map((row) => [row.id, row]))
  return now.flatMap((row) => {
    const was = old.get(row.id)
    return was === undefined || was.status === row.status ? [] : [[was, row]]
  })
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
