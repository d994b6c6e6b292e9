import type { Dataset, DataVersion, DayRuns, Ended, RunRow } from '../api/types'
import { dayName } from '../format/time'

/** Something that happened: a run ended, several did, a version was added. */
export type Happening =
  | { kind: 'run'; id: string; at: number; run: RunRow }
  | { kind: 'runs'; id: string; at: number; run: RunRow; runs: number; began: number | undefined }
  | { kind: 'version'; id: string; at: number; dataset: Dataset; version: DataVersion; before: DataVersion | undefined }

/** A day with what happened on it, the newest first. */
export interface Day {
  name: string
  /** Its first moment that is shown, for its date. */
  at: number
  all: Happening[]
}

/** What happened, by days; the newest first, so many lines at most. */
export function happened(ended: readonly Ended[], datasets: readonly Dataset[], now: number, most: number): Day[] {
  const versions = datasets.flatMap((dataset) =>
    dataset.versions.map((version): Happening => {
      const before = dataset.versions.find((v) => v.number === version.number - 1)
      return { kind: 'version', id: version.id, at: version.created, dataset, version, before }
    }),
  )
  const runs = ended.map(({ run, runs, began }): Happening => {
    const at = run.ended ?? 0
    return runs === 1 ? { kind: 'run', id: run.id, at, run } : { kind: 'runs', id: `${run.id}+`, at, run, runs, began }
  })
  const all = [...runs, ...versions].filter((h) => h.at > 0).sort((a, b) => b.at - a.at)
  const days: Day[] = []
  for (const one of all.slice(0, most)) {
    const name = dayName(one.at, now)
    const last = days.at(-1)
    if (last?.name === name) last.all.push(one)
    else days.push({ name, at: one.at, all: [one] })
  }
  return days
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
export const longest = 84
const shortest = 21
const colours = 3
/** Folders without a colour of their own. */
export const others = 'others'
/** Runs that failed, whatever their folder. */
export const broken = 'failed'

/** When each of the last days began here, today first. */
export function dayStarts(now: number, days: number): number[] {
  const today = new Date(now)
  return Array.from({ length: days }, (_, ago) => new Date(today.getFullYear(), today.getMonth(), today.getDate() - ago).getTime())
}

/** Lays ended runs out by days. Undefined when there is too little to see. */
export function coreOf(days: readonly DayRuns[], folderOf: (experiment: string) => string): Core | undefined {
  const shown = days.filter((one) => one.day < longest).map((one) => ({ ago: one.day, n: one.runs, kind: one.status === 'failed' ? broken : folderOf(one.experiment) }))
  if (new Set(shown.map((one) => one.ago)).size < 2) return undefined
  const oldest = Math.max(...shown.map((one) => one.ago))
  const folders = [...tally(shown.filter((one) => one.kind !== broken))].sort((a, b) => b[1] - a[1]).map(([folder]) => folder)
  const own = folders.slice(0, folders.length > colours ? colours - 1 : colours)
  const kinds = [...own, others, broken]
  const span = Math.max(shortest, oldest + 1)
  const columns = Array.from({ length: span }, (_, i): Column => {
    const ago = span - 1 - i
    const counts = tally(shown.filter((one) => one.ago === ago).map((one) => (one.kind === broken || own.includes(one.kind) ? one : { ...one, kind: others })))
    const beds = kinds.flatMap((kind) => (counts.has(kind) ? [{ kind, n: counts.get(kind) ?? 0 }] : []))
    return { ago, total: beds.reduce((sum, bed) => sum + bed.n, 0), beds }
  })
  return {
    columns,
    folders: own.length < folders.length ? [...own, others] : own,
    most: Math.max(...columns.map((c) => c.total)),
    failed: tally(shown).get(broken) ?? 0,
  }
}

function tally(some: readonly { kind: string; n: number }[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { kind, n } of some) counts.set(kind, (counts.get(kind) ?? 0) + n)
  return counts
}

/** The metric that says most about a run at a glance: one of validation or test, else the first. */
export function tellingMetric(metrics: RunRow['metrics']): string | undefined {
  const keys = Object.keys(metrics).sort()
  return keys.find((key) => /^(test|val|valid|validation|eval)[_./ -]/i.test(key)) ?? keys[0]
}
