import type { RunDetail } from '../api/types'
import { change, columnFormat, exact, fromWire, inColumn } from '../format/number'
import { senseOf, type Sense } from '../format/sense'
import { duration } from '../format/time'
import { fromDifference } from './differ'

/** As many runs as stand beside each other; beyond a screen of them, the table scrolls. */
export const mostCompared = 50

/** The tag in which MLflow keeps the note of a run. */
const noteTag = 'mlflow.note.content'

/** What one run has in a row; undefined where it has nothing. */
export interface Value {
  text: string
  /** The whole truth, for hovering. */
  whole: string
  /** For a metric: how far it is from that of the baseline, for example "+1.7 %". */
  change?: string
  /** Whether that is better or worse, where the metric's name says which way is better. */
  better?: boolean
  /** No other run of the comparison is better. */
  best?: boolean
  /** For data: the digest of its version, which its mark is drawn from. */
  digest?: string
}

/** How the values of a row are to be shown. */
export type RowKind = 'plain' | 'metric' | 'note' | 'code'

/** One thing, and what each run has of it. */
export interface CompareRow {
  label: string
  kind: RowKind
  values: readonly (Value | undefined)[]
  /** All runs have the same. */
  same: boolean
}

/** Rows of one kind. */
export interface CompareSection {
  title: string
  rows: readonly CompareRow[]
  /** How many of them are the same in all runs. */
  equal: number
}

/** Runs beside each other: what each has of everything that any of them has. The baseline is what metrics are compared with. */
export function compareSections(runs: readonly RunDetail[], now: number, baseline = 0): CompareSection[] {
  const took = (run: RunDetail): Value | undefined => {
    // Of a lost run nobody knows how long it took.
    if (run.started === undefined || run.started === 0 || (run.status === 'lost' && run.ended === undefined)) return undefined
    const text = duration((run.ended ?? now) - run.started)
    return { text, whole: text }
  }
  return [
    section('Metrics', [...metricRows(runs, baseline), row('took', runs.map(took))]),
    section('Parameters', keysOf(runs, (run) => Object.keys(run.params)).map((key) => row(key, fromDifference(runs.map((run) => plain(run.params[key])))))),
    section('Tags and notes', labelRows(runs)),
    section('Data, code, environment', originRows(runs)),
  ].filter((s) => s.rows.length > 0)
}

/** The keys of metrics that any of these runs logged, without the system's. */
export function metricKeys(runs: readonly RunDetail[]): string[] {
  return keysOf(runs, (run) => run.metricList.filter((m) => !m.system).map((m) => m.key))
}

function metricRows(runs: readonly RunDetail[], baseline: number): CompareRow[] {
  return metricKeys(runs).map((key) => {
    const numbers = runs.map((run) => run.metricList.find((m) => m.key === key)).map((m) => (m === undefined ? undefined : fromWire(m.last)))
    const format = columnFormat(numbers.filter((n) => n !== undefined))
    const sense = senseOf(key)
    const top = bestOf(numbers, sense)
    const base = numbers[baseline]
    const values = numbers.map((n, i): Value | undefined => {
      if (n === undefined) return undefined
      const moved = i === baseline || base === undefined ? undefined : changeOf(base, n)
      return {
        text: inColumn(n, format),
        whole: exact(n),
        ...(moved !== undefined && { change: moved }),
        ...(moved !== undefined && base !== undefined && sense !== undefined && { better: sense === 'lower' ? n < base : n > base }),
        ...(top !== undefined && n === top && { best: true }),
      }
    })
    return row(key, values, 'metric')
  })
}

/** The best of several values, if they are not all the same. */
function bestOf(numbers: readonly (number | undefined)[], sense: Sense | undefined): number | undefined {
  const finite = numbers.filter((n) => n !== undefined && Number.isFinite(n)) as number[]
  if (sense === undefined || finite.length < 2 || finite.every((n) => n === finite[0])) return undefined
  return sense === 'lower' ? Math.min(...finite) : Math.max(...finite)
}

/** How far a value is from the baseline's, in percent of it. */
function changeOf(base: number, value: number): string | undefined {
  return base === 0 || value === base ? undefined : change((value - base) / Math.abs(base))
}

const tagOf = (run: RunDetail, key: string) => run.tags.find((t) => t.key === key)?.value

/** What people wrote: their tags, and the notes. */
function labelRows(runs: readonly RunDetail[]): CompareRow[] {
  const own = keysOf(runs, (run) => run.tags.filter((t) => !t.key.startsWith('mlflow.')).map((t) => t.key))
  const notes = runs.map((run) => plain(tagOf(run, noteTag)))
  return [...own.map((key) => row(key, runs.map((run) => plain(tagOf(run, key))))), ...(notes.some((n) => n !== undefined) ? [row('note', notes, 'note')] : [])]
}

function originRows(runs: readonly RunDetail[]): CompareRow[] {
  const data = keysOf(runs, (run) => run.data.map((use) => use.name)).map((name) =>
    row(
      name,
      runs.map((run) => {
        const use = run.data.find((d) => d.name === name)
        if (use === undefined) return undefined
        return { text: use.number === undefined ? use.digest.slice(0, 8) : `v${use.number}`, whole: use.digest, digest: use.digest }
      }),
    ),
  )
  const facts: [string, (run: RunDetail) => string | undefined, RowKind?][] = [
    ['experiment', (run) => run.experimentName],
    ['code', (run) => run.source],
    ['commit', (run) => tagOf(run, 'mlflow.source.git.commit'), 'code'],
    ['entry point', (run) => run.entryPoint],
    ['command', (run) => run.command, 'code'],
    ['environment', (run) => run.environment],
    ['machine', (run) => run.host],
    ['person', (run) => run.user],
  ]
  return [
    ...data,
    ...facts.map(([label, of, kind]) => row(label, shortened(label, runs.map((run) => plain(of(run)))), kind)).filter((r) => r.values.some((v) => v !== undefined)),
  ]
}

/** A commit by the digits that people know it by; other texts from where they differ. */
function shortened(label: string, values: readonly (Value | undefined)[]): (Value | undefined)[] {
  if (label !== 'commit') return fromDifference(values)
  return values.map((v) => v && { ...v, text: v.text.slice(0, 7) })
}

function section(title: string, rows: readonly CompareRow[]): CompareSection {
  return { title, rows, equal: rows.filter((r) => r.same).length }
}

function row(label: string, values: readonly (Value | undefined)[], kind: RowKind = 'plain'): CompareRow {
  return { label, kind, values, same: values.every((v) => v?.whole === values[0]?.whole) }
}

function plain(text: string | undefined): Value | undefined {
  return text === undefined || text === '' ? undefined : { text, whole: text }
}

/** Every key that a run has, in alphabetical order. */
function keysOf(runs: readonly RunDetail[], of: (run: RunDetail) => readonly string[]): string[] {
  return [...new Set(runs.flatMap(of))].sort((a, b) => (a < b ? -1 : 1))
}
