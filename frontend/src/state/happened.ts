import type { Dataset, DataVersion, RunRow } from '../api/types'
import { dayName, daysAgo } from '../format/time'

/** Something that happened: a run ended, several did, a version was added. */
export type Happening =
  | { kind: 'run'; id: string; at: number; run: RunRow }
  | { kind: 'runs'; id: string; at: number; runs: readonly RunRow[] }
  | { kind: 'version'; id: string; at: number; dataset: Dataset; version: DataVersion; before: DataVersion | undefined }

/** A day with what happened on it, the newest first. */
export interface Day {
  name: string
  /** Its first moment that is shown, for its date. */
  at: number
  all: Happening[]
}

/** From so many runs of one experiment in a row on, one line says it. */
const several = 4

/** What happened, by days; the newest first, so many lines at most. */
export function happened(ended: readonly RunRow[], datasets: readonly Dataset[], now: number, most: number): Day[] {
  const versions = datasets.flatMap((dataset) =>
    dataset.versions.map((version): Happening => {
      const before = dataset.versions.find((v) => v.number === version.number - 1)
      return { kind: 'version', id: version.id, at: version.created, dataset, version, before }
    }),
  )
  const runs = ended.map((run): Happening => ({ kind: 'run', id: run.id, at: run.ended ?? 0, run }))
  const all = [...runs, ...versions].filter((h) => h.at > 0).sort((a, b) => b.at - a.at)
  const days: Day[] = []
  for (const one of joined(all, now).slice(0, most)) {
    const name = dayName(one.at, now)
    const last = days.at(-1)
    if (last?.name === name) last.all.push(one)
    else days.push({ name, at: one.at, all: [one] })
  }
  return days
}

/** Finished runs of one experiment that follow each other on one day become one line. */
function joined(all: readonly Happening[], now: number): Happening[] {
  const lines: Happening[] = []
  for (let i = 0; i < all.length; ) {
    const first = all[i]
    if (first === undefined) break
    let end = i + 1
    while (end < all.length && together(first, all[end], now)) end++
    const runs = all.slice(i, end).flatMap((h) => (h.kind === 'run' ? [h.run] : []))
    if (runs.length >= several) lines.push({ kind: 'runs', id: `${first.id}+`, at: first.at, runs })
    else lines.push(...all.slice(i, end))
    i = end
  }
  return lines
}

function together(a: Happening, b: Happening | undefined, now: number): boolean {
  if (a.kind !== 'run' || b?.kind !== 'run') return false
  return a.run.status === 'finished' && b.run.status === 'finished' && a.run.experiment === b.run.experiment && daysAgo(a.at, now) === daysAgo(b.at, now)
}

/** A day's runs, in beds: how many of each kind. */
export interface Column {
  /** Days before today. */
  ago: number
  total: number
  beds: { kind: string; n: number }[]
}

/** The core: a column for each day, a bed for the runs of each folder of experiments. */
export interface Core {
  /** The oldest day first. */
  columns: Column[]
  /** Folders that have a colour of their own, the largest first. */
  folders: string[]
  /** Runs of the fullest day. */
  most: number
  failed: number
}

/** Longer ago than this is for the table of runs. */
const longest = 84
const shortest = 21
const colours = 3
/** Folders without a colour of their own. */
export const others = 'others'
/** Runs that failed, whatever their folder. */
export const broken = 'failed'

/**
 * Lays ended runs out by days. complete says whether these are all that ever
 * ended; otherwise the oldest day may have had more, and is left out.
 * Undefined when there is too little to see.
 */
export function coreOf(ended: readonly RunRow[], complete: boolean, folderOf: (run: RunRow) => string, now: number): Core | undefined {
  const placed = ended
    .flatMap((run) => (run.ended === undefined ? [] : [{ ago: daysAgo(run.ended, now), kind: run.status === 'failed' ? broken : folderOf(run) }]))
    .filter((one) => one.ago < longest)
  const oldest = Math.max(0, ...placed.map((one) => one.ago))
  const cut = complete || oldest === longest - 1 ? longest : oldest
  const shown = placed.filter((one) => one.ago < cut)
  if (new Set(shown.map((one) => one.ago)).size < 2) return undefined
  const folders = [...tally(shown.map((one) => one.kind).filter((kind) => kind !== broken))].sort((a, b) => b[1] - a[1]).map(([folder]) => folder)
  const own = folders.slice(0, folders.length > colours ? colours - 1 : colours)
  const kinds = [...own, others, broken]
  const span = Math.min(cut, Math.max(shortest, oldest + 1))
  const columns = Array.from({ length: span }, (_, i): Column => {
    const ago = span - 1 - i
    const counts = tally(shown.filter((one) => one.ago === ago).map((one) => (one.kind === broken || own.includes(one.kind) ? one.kind : others)))
    const beds = kinds.flatMap((kind) => (counts.has(kind) ? [{ kind, n: counts.get(kind) ?? 0 }] : []))
    return { ago, total: beds.reduce((sum, bed) => sum + bed.n, 0), beds }
  })
  return {
    columns,
    folders: own.length < folders.length ? [...own, others] : own,
    most: Math.max(...columns.map((c) => c.total)),
    failed: shown.filter((one) => one.kind === broken).length,
  }
}

function tally(kinds: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return counts
}

/** The metric that says most about a run at a glance: one of validation or test, else the first. */
export function tellingMetric(metrics: RunRow['metrics']): string | undefined {
  const keys = Object.keys(metrics).sort()
  return keys.find((key) => /^(test|val|valid|validation|eval)[_./ -]/i.test(key)) ?? keys[0]
}
